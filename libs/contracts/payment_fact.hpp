// What `payment` tells `orders`: payment facts, and what a set of them says about one payment. Pure.
//
// A fact is a statement that stays true: "so much of payment p has been captured", "refund r succeeded". Its
// key names the truth, not the event that told it, so the same truth told by two events is one fact.
// Everything derived from facts is a fold over their set: neither order nor repetition changes it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.hpp"
#include "core/result.hpp"

namespace contracts {

enum class FactKind {
    processing,       // subject: the attempt
    requires_action,  // subject: the attempt; the buyer has to do something
    authorized,       // amount: what may be captured
    captured,         // amount: captured of this payment so far, in total
    failed,           // subject: the attempt
    canceled,         // the payment as a whole: no attempt will follow
    refund_pending,   // subject: the refund; amount: of this refund
    refunded,         // likewise: it succeeded
    refund_failed,    // likewise: it failed or was canceled, also after it had succeeded
    refunded_total,   // amount: refunded of this payment so far, in total, whichever refunds that were
    dispute_opened,   // subject: the dispute; amount: disputed. Also an inquiry that no money has moved for
                      // yet
    dispute_funds_withdrawn,   // the provider took the money back
    dispute_won,               // closed, the money is ours
    dispute_funds_reinstated,  // the provider gave the money back
    dispute_lost,              // closed, the money is gone
    dispute_closed,            // closed without money at stake
};
std::string_view to_string(FactKind kind);
std::optional<FactKind> parse_fact_kind(std::string_view text);

struct PaymentFact {
    std::string order_id;  // as the event named it; `orders` decides whether it exists
    std::string account;   // provider account: stripe
    std::string payment;   // the provider's id of the payment: pi_…, ch_…, cs_…
    FactKind kind;
    std::string subject;  // the provider's id of the attempt, refund or dispute; may be empty
    core::Money amount;   // see FactKind; zero where it does not say
    // What the payment as a whole is for, where the event says so: must equal the order's total.
    std::optional<std::int64_t> payment_amount_minor;
    std::string event_id;          // evt_…: the first event that told it
    std::string occurred_at;       // RFC 3339, the provider's word; for show, never for deciding
    std::string traceparent = {};  // of the request that brought it; may be empty

    // account/payment/kind[/subject][/amount]: equal keys, equal truth.
    std::string key() const;
};

enum class FactOutcome {
    applied,
    already_applied,
    order_unknown,
    amount_mismatch,     // payment_amount_minor is not the order's total
    currency_mismatch,   // amount's currency is not the order's
    other_order,         // the same truth was told of another order
    transition_refused,  // the order can't take it, e.g. a sum overflows
};
std::string_view to_string(FactOutcome outcome);
std::optional<FactOutcome> parse_fact_outcome(std::string_view text);

struct FactAnswer {
    std::string key;
    FactOutcome outcome;
    std::string detail;  // for an admin; empty when applied
};

// The wire of POST /internal/v1/payment-facts: {"facts":[…]} → {"answers":[…]}, an answer per fact, in order.
// Shapes:
// {"order_id","account","payment","kind","subject","amount":{"amount","currency"},"payment_amount","event_id",
// "occurred_at","traceparent"?} and {"key","outcome","detail"}.
constexpr std::size_t kMaxFacts = 500;
std::string facts_to_json(std::span<const PaymentFact> facts);
core::Result<std::vector<PaymentFact>> facts_from_json(std::string_view text);
std::string answers_to_json(std::span<const FactAnswer> answers);
std::optional<std::vector<FactAnswer>> answers_from_json(std::string_view text);

// ---- the fold over the facts of one payment

enum class PaymentStatus { unknown, requires_action, failed, canceled, processing, authorized, captured };
std::string_view to_string(PaymentStatus status);

// What one fact says; the view the fold needs.
struct FactView {
    FactKind kind;
    std::string_view subject;
    std::int64_t amount_minor;
};

struct PaymentSummary {
    PaymentStatus status = PaymentStatus::unknown;
    std::int64_t authorized_minor = 0;
    std::int64_t captured_minor = 0;
    std::int64_t refunded_minor = 0;
    std::int64_t disputed_minor = 0;  // of disputes open or lost
    bool dispute_open = false;
    bool dispute_lost = false;
    bool operator==(const PaymentSummary&) const = default;
};

// Nothing when a sum overflows. The rules:
// - captured and authorized are running totals: the greatest counts.
// - an attempt that failed stays failed; another attempt's success is not touched by it.
// - a refund that failed beats the same refund succeeded (providers report failures later) beats pending.
// - refunded_total covers refunds nobody named: what it exceeds the named ones by is added.
// - a dispute: won or reinstated beats lost beats closed beats opened or withdrawn.
std::optional<PaymentSummary> summarize_payment(std::span<const FactView> facts);

}  // namespace contracts
