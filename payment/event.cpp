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

Outcome from_fact(base::FactOutcome outcome) {
    switch (outcome) {
        case base::FactOutcome::applied: return Outcome::applied;
        case base::FactOutcome::already_applied: return Outcome::already_applied;
        case base::FactOutcome::order_unknown: return Outcome::order_unknown;
        case base::FactOutcome::amount_mismatch: return Outcome::amount_mismatch;
        case base::FactOutcome::currency_mismatch: return Outcome::currency_mismatch;
        case base::FactOutcome::other_order: return Outcome::other_order;
        case base::FactOutcome::transition_refused: return Outcome::transition_refused;
    }
    return Outcome::transition_refused;
}

std::optional<base::PaymentFact> fact_of(const StoredEvent& event) {
    if (!event.statement || !base::OrderId::parse(event.order) || event.payment.empty()) return {};
    return base::PaymentFact{
        .order_id = event.order,
        .account = event.account,
        .payment = event.payment,
        .kind = event.statement->kind,
        .subject = event.statement->subject,
        .amount = event.statement->amount,
        .payment_amount_minor = event.statement->payment_amount_minor,
        .event_id = event.id.value(),
        .occurred_at = base::to_rfc3339(event.created_at),
    };
}

}  // namespace payment
