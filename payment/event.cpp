#include "payment/event.hpp"

namespace payment {

std::string_view to_string(Status status) {
    switch (status) {
        case Status::open: return "open";
        case Status::applied: return "applied";
        case Status::ignored: return "ignored";
        case Status::parked: return "parked";
    }
    return {};
}

std::optional<Status> parse_status(std::string_view text) {
    for (const auto status : {Status::open, Status::applied, Status::ignored, Status::parked}) {
        if (to_string(status) == text) return status;
    }
    return {};
}

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::applied: return "applied";
        case Outcome::already_applied: return "already_applied";
        case Outcome::ignored: return "ignored";
        case Outcome::order_unknown: return "order_unknown";
        case Outcome::amount_mismatch: return "amount_mismatch";
        case Outcome::currency_mismatch: return "currency_mismatch";
        case Outcome::other_order: return "other_order";
        case Outcome::transition_refused: return "transition_refused";
        case Outcome::unreadable: return "unreadable";
        case Outcome::orders_unavailable: return "orders_unavailable";
    }
    return {};
}

Outcome from_fact(contracts::FactOutcome outcome) {
    switch (outcome) {
        case contracts::FactOutcome::applied: return Outcome::applied;
        case contracts::FactOutcome::already_applied: return Outcome::already_applied;
        case contracts::FactOutcome::order_unknown: return Outcome::order_unknown;
        case contracts::FactOutcome::amount_mismatch: return Outcome::amount_mismatch;
        case contracts::FactOutcome::currency_mismatch: return Outcome::currency_mismatch;
        case contracts::FactOutcome::other_order: return Outcome::other_order;
        case contracts::FactOutcome::transition_refused: return Outcome::transition_refused;
    }
    return Outcome::transition_refused;
}

namespace {

bool is_told_of_a_charge(contracts::FactKind kind) {
    using enum contracts::FactKind;
    switch (kind) {
        case processing:
        case requires_action:
        case authorized:
        case captured:
        case failed:
        case canceled: return false;
        case refund_pending:
        case refunded:
        case refund_failed:
        case refunded_total:
        case dispute_opened:
        case dispute_funds_withdrawn:
        case dispute_won:
        case dispute_funds_reinstated:
        case dispute_lost:
        case dispute_closed: return true;
    }
    return false;
}

// Whose fact it is must not depend on what else has been heard. What refunds and disputes name every time is
// the charge; which payment that is of may be known later, or never.
const std::string& payment_named(const StoredEvent& event) {
    return is_told_of_a_charge(event.statement->kind) && !event.charge.empty() ? event.charge : event.payment;
}

}  // namespace

std::optional<contracts::PaymentFact> fact_of(const StoredEvent& event) {
    if (!event.statement || !core::OrderId::parse(event.order) || event.payment.empty()) return {};
    return contracts::PaymentFact{
        .order_id = event.order,
        .account = event.account,
        .payment = payment_named(event),
        .kind = event.statement->kind,
        .subject = event.statement->subject,
        .amount = event.statement->amount,
        .payment_amount_minor = event.statement->payment_amount_minor,
        .event_id = event.id.value(),
        .occurred_at = core::to_rfc3339(event.created_at),
        .traceparent = event.traceparent,
    };
}

}  // namespace payment
