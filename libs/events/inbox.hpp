// Consuming events: each takes effect once, in one transaction with the inbox row that says so.
//
//   events.inbox().on("client.registered", [](pg::Transaction& tx, const events::Event& event) { … });
//
// A list of events is one transaction. When a handler refuses or throws, the list is run again without that
// event and without later ones of its subject. A type without a handler is `ignored` and leaves no row.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "events/event.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace events {

// Acts on nothing but the transaction. The event's trace is the thread's while it runs. A refusal of kind
// invalid or malformed is final: the sender parks the event; any other is tried again. The refusal's detail
// is shown to the sender's admin.
using Handler = std::function<core::Result<void>(postgres::Transaction&, const Event&)>;

class Inbox {
public:
    Inbox(postgres::Database& db, telemetry::Metrics& metrics);

    // One handler per type; called before the first event comes.
    void on(std::string type, Handler handler);
    // `lock` gets the subjects of a list, sorted, before its handlers run: locking their rows there keeps
    // lists that have them in different orders from waiting for each other forever.
    using Lock = std::function<void(postgres::Transaction&, const std::vector<std::string>& subjects)>;
    void lock_with(Lock lock) { lock_ = std::move(lock); }
    bool empty() const { return handled_.empty(); }

    // An answer for each event, in order. Throws pg::Unavailable: nothing was applied.
    std::vector<Answer> take(std::span<const Event> events);

private:
    using Counters = std::map<Verdict, std::function<void(double)>>;
    struct Handled {
        Handler handler;
        Counters counters;
    };
    struct Round;
    Counters counters_of(const std::string& type);
    bool apply(Round& round, const std::vector<std::size_t>& wanted);
    void count(const Round& round) const;
    static void note(const Round& round);

    postgres::Database& db_;
    telemetry::Metrics& metrics_;
    std::map<std::string, Handled, std::less<>> handled_;
    Lock lock_ = [](postgres::Transaction&, const std::vector<std::string>&) {};
    const Counters others_;  // of types nobody handles
};

// True when `event` is newer than every event of its subject this was asked of before under `scope`, which is
// remembered: how a handler ignores what is older. The scope is usually the event's type.
bool is_newest(postgres::Transaction& tx, std::string_view scope, const Event& event);
// Whether `is_newest` was asked under `scope` of an event of the same subject that is newer than this one.
bool is_outdated(postgres::Transaction& tx, std::string_view scope, const Event& event);

}  // namespace events
