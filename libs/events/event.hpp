// What services tell each other: CloudEvents 1.0 in JSON, and the outbox a change's event is written to.
//
// An event is written in the transaction of the change it tells of, so both happen or neither. The order of
// the events of one subject is the order of their changes: the publisher has the subject's row locked.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "postgres/database.hpp"
#include "telemetry/trace_context.hpp"

namespace events {

using Id = core::Id<"evn">;

// Data larger than this is refused by `tell`, so that a list of events always fits a request.
constexpr std::size_t kMaxDataBytes = 256 << 10;
constexpr std::size_t kMaxEvents = 500;       // in one list
constexpr std::size_t kMaxReasonBytes = 500;  // of why one was not taken

struct NewEvent {
    std::string type;      // order.paid
    std::string subject;   // ord_…: what it tells of; events of one subject are delivered in order
    std::int64_t version;  // the subject's after the change: a consumer ignores what is older
    std::string data;      // a JSON object's text
    // Its data is erased from the outbox once every destination has it (mails, secrets).
    bool erase_data = false;
    // Of the one among many whose doing it is; the call's trace where this is empty.
    std::string traceparent = {};
};

struct Event {
    std::string id;           // evn_…
    std::string source;       // /orders
    std::string type;         // order.paid
    std::string subject;      // ord_…
    core::Time time;          // when it was told
    std::int64_t version;     // "aggregateversion"
    std::string traceparent;  // of the request that made the change; may be empty
    std::string data;         // a JSON object's text
};

// Writes rows of `outbox`. The caller has the row of every subject locked, and adds no event after a later
// transaction may have. Answers the ids, in order. The relay of this process wakes when the transaction
// commits.
std::vector<std::string> publish(postgres::Transaction& tx, std::span<const NewEvent> events,
                                 const telemetry::Trace& trace);

// {"specversion":"1.0","id",…,"data":{…}}
constexpr auto kContentType = "application/cloudevents+json";
constexpr auto kBatchContentType = "application/cloudevents-batch+json";
std::string to_json(const Event& event);
void append_json(std::string& out, const Event& event);
std::string batch_to_json(std::span<const Event> events);

// Strict: every fault of every event is named. Extensions we do not know are passed over, as the
// specification wants; `data` must be an object.
core::Result<Event> event_from_json(std::string_view text);
core::Result<std::vector<Event>> batch_from_json(std::string_view text);

// What became of one event at its consumer, as the answer to a list says it.
enum class Verdict {
    applied,
    already_applied,
    ignored,  // of no interest here
    failed,   // may do later
    refused,  // will never do
};
std::string_view to_string(Verdict verdict);

struct Answer {
    std::string id;
    Verdict verdict;
    std::string reason;  // for an admin; empty unless failed or refused
};
// {"results":[{"id","outcome","reason"}]}
std::string answers_to_json(std::span<const Answer> answers);
core::Result<std::vector<Answer>> answers_from_json(std::string_view text);

// `*`, `order.*` or `order.paid`.
class TypePattern {
public:
    static std::optional<TypePattern> parse(std::string_view text);
    bool matches(std::string_view type) const;
    std::string text() const { return prefix_ ? text_ + "*" : text_; }

private:
    TypePattern(std::string text, bool prefix) : text_(std::move(text)), prefix_(prefix) {}
    std::string text_;  // without the *
    bool prefix_;
};

}  // namespace events
