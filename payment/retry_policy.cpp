#include "payment/retry_policy.hpp"

#include <algorithm>

#include "core/backoff.hpp"

namespace payment {

using std::chrono::milliseconds;

namespace {

milliseconds back_off(int attempts, const RetryRules& rules, double spread) {
    const auto whole = core::exponential_wait({.initial = rules.first, .max = rules.most}, attempts + 1);
    return milliseconds{static_cast<std::int64_t>(static_cast<double>(whole.count()) * (0.5 + spread / 2))};
}

Decision until(milliseconds limit, const StoredEvent& event, core::Time now, const RetryRules& rules,
               double spread) {
    const auto left = event.received_at + limit - now;
    if (left <= milliseconds{0}) return {Status::parked};
    // The last try comes when the time is up, not long before.
    const auto wait =
        std::min(back_off(event.attempts, rules, spread), std::chrono::ceil<milliseconds>(left));
    return {Status::open, wait};
}

}  // namespace

Decision decide(const StoredEvent& event, Outcome outcome, core::Time now, const RetryRules& rules,
                double spread) {
    switch (outcome) {
        case Outcome::applied:
        case Outcome::already_applied: return {Status::applied};
        case Outcome::ignored: return {Status::ignored};
        case Outcome::order_unknown: return until(rules.order_grace, event, now, rules, spread);
        case Outcome::orders_unavailable: return until(rules.give_up_after, event, now, rules, spread);
        case Outcome::amount_mismatch:
        case Outcome::currency_mismatch:
        case Outcome::other_order:
        case Outcome::transition_refused:
        case Outcome::unreadable: return {Status::parked};
    }
    return {Status::parked};
}

int answer_for(Outcome outcome, Status status, const Answers& answers) {
    switch (outcome) {
        case Outcome::applied:
        case Outcome::already_applied:
        case Outcome::ignored: return 200;
        case Outcome::order_unknown:
            return status == Status::open ? answers.order_pending : answers.order_unknown;
        case Outcome::orders_unavailable: return answers.unavailable;
        case Outcome::amount_mismatch:
        case Outcome::currency_mismatch: return answers.mismatch;
        case Outcome::other_order:
        case Outcome::transition_refused:
        case Outcome::unreadable: return answers.refused;
    }
    return answers.unavailable;
}

}  // namespace payment
