// What a provider reported, in words that no longer depend on the provider; and what became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "contracts/payment_fact.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/money.hpp"

namespace payment {

// A payment fact but for its order, which the event may not name.
struct ReportedFact {
    contracts::FactKind kind;
    std::string subject;  // the attempt, refund or dispute
    core::Money amount;
    std::optional<std::int64_t> payment_amount_minor;  // what the whole payment is for
};

struct Event {
    std::string provider_event_id;
    std::string type;
    bool livemode = false;
    std::int64_t created_s = 0;
    std::string order;    // as the event names it; empty when it does not
    std::string payment;  // the provider's id of the payment; empty when the event is about none
    std::string charge;   // another name of the same payment, or empty
    std::optional<ReportedFact> statement;  // none: the event moves no money
    std::string unreadable;  // why a type that moves money could not be read; empty when it could
};

enum class Status {
    open,     // to be tried again
    applied,  // its fact is in the order
    ignored,  // moves no money
    parked,   // an admin has to look
};
std::string_view to_string(Status status);
std::optional<Status> parse_status(std::string_view text);

// How one try to settle an event ended.
enum class Outcome {
    applied,
    already_applied,
    ignored,
    order_unknown,
    amount_mismatch,
    currency_mismatch,
    other_order,
    transition_refused,
    unreadable,
    orders_unavailable,
};
std::string_view to_string(Outcome outcome);
Outcome from_fact(contracts::FactOutcome outcome);

// An event as it is kept, with what settling it needs.
struct StoredEvent {
    core::EventId id;
    std::string account;
    std::string provider_event_id;
    std::string type;
    bool livemode = false;
    core::Time created_at;
    core::Time received_at;
    std::string order;
    std::string payment;
    std::string charge;
    std::optional<ReportedFact> statement;
    Status status = Status::open;
    std::string reason;
    std::string detail;
    int attempts = 0;
    std::optional<core::Time> next_attempt_at;
    std::string traceparent = {};  // of the request that brought it
};

// Nothing when the event moves no money or its order is not known.
std::optional<contracts::PaymentFact> fact_of(const StoredEvent& event);

}  // namespace payment
