#include "orders/settlement.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace orders {
namespace {

using contracts::FactOutcome;
using contracts::PaymentStatus;

// Over all payments of the order.
struct Sums {
    std::int64_t captured_minor = 0;
    std::int64_t refunded_minor = 0;
    std::int64_t disputed_minor = 0;
    bool dispute_open = false;
    bool dispute_lost = false;
    std::array<bool, static_cast<std::size_t>(PaymentStatus::captured) + 1> statuses{};

    bool any(PaymentStatus status) const { return statuses[static_cast<std::size_t>(status)]; }
};

// False when a sum overflows.
bool add(Sums& sums, const contracts::PaymentSummary& payment) {
    const auto captured = core::checked_add(sums.captured_minor, payment.captured_minor);
    const auto refunded = core::checked_add(sums.refunded_minor, payment.refunded_minor);
    const auto disputed = core::checked_add(sums.disputed_minor, payment.disputed_minor);
    if (!captured || !refunded || !disputed) return false;
    sums.captured_minor = *captured;
    sums.refunded_minor = *refunded;
    sums.disputed_minor = *disputed;
    sums.dispute_open |= payment.dispute_open;
    sums.dispute_lost |= payment.dispute_lost;
    sums.statuses[static_cast<std::size_t>(payment.status)] = true;
    return true;
}

std::optional<Sums> sum_up(std::vector<AppliedFact> facts) {
    const auto payment_of = [](const AppliedFact& fact) { return std::tie(fact.account, fact.payment); };
    std::ranges::sort(facts, {}, payment_of);
    Sums sums;
    std::vector<contracts::FactView> payment;
    for (std::size_t i = 0; i < facts.size(); ++i) {
        payment.push_back(facts[i].fact);
        if (i + 1 < facts.size() && payment_of(facts[i + 1]) == payment_of(facts[i])) continue;
        const auto summary = contracts::summarize_payment(payment);
        if (!summary || !add(sums, *summary)) return {};
        payment.clear();
    }
    return sums;
}

PaymentState state_without_money(const Sums& sums) {
    if (sums.any(PaymentStatus::authorized)) return PaymentState::authorized;
    if (sums.any(PaymentStatus::processing)) return PaymentState::processing;
    if (sums.any(PaymentStatus::requires_action)) return PaymentState::unpaid;
    if (sums.any(PaymentStatus::failed)) return PaymentState::failed;
    if (sums.any(PaymentStatus::canceled)) return PaymentState::canceled;
    return PaymentState::unpaid;
}

PaymentState state_of(std::int64_t total_minor, bool canceled, const Sums& sums) {
    if (sums.dispute_open) return PaymentState::disputed;
    if (sums.dispute_lost) return PaymentState::charged_back;
    const auto kept_minor = sums.captured_minor - sums.refunded_minor;
    if (sums.refunded_minor > 0 && kept_minor <= 0) return PaymentState::refunded;
    if (sums.refunded_minor > 0 && kept_minor < total_minor) return PaymentState::partially_refunded;
    if (kept_minor > total_minor) return PaymentState::overpaid;
    if (kept_minor > 0) return kept_minor == total_minor ? PaymentState::paid : PaymentState::partially_paid;
    if (canceled) return PaymentState::canceled;
    if (total_minor == 0) return PaymentState::paid;
    return state_without_money(sums);
}

}  // namespace

std::optional<Settlement> settle(std::int64_t total_minor, bool canceled, std::vector<AppliedFact> facts) {
    const auto sums = sum_up(std::move(facts));
    if (!sums) return {};
    return Settlement{state_of(total_minor, canceled, *sums), sums->captured_minor, sums->refunded_minor,
                      sums->disputed_minor};
}

contracts::FactAnswer PaymentBook::take(const contracts::PaymentFact& fact, const std::string& key) {
    if (fact.amount.currency != currency) {
        return {key, FactOutcome::currency_mismatch,
                "the order is in " + std::string{currency.code()} + ", the fact in " +
                    std::string{fact.amount.currency.code()}};
    }
    if (fact.payment_amount_minor && *fact.payment_amount_minor != total_minor) {
        return {key, FactOutcome::amount_mismatch,
                "the payment is for " + std::to_string(*fact.payment_amount_minor) +
                    ", the order's total is " + std::to_string(total_minor)};
    }
    facts.push_back({fact.account, fact.payment, {fact.kind, fact.subject, fact.amount.amount_minor}});
    const auto settled = settle(total_minor, canceled, facts);
    if (!settled) {
        facts.pop_back();
        return {key, FactOutcome::transition_refused, "the sums of the order's payments overflow"};
    }
    settlement = *settled;
    return {key, FactOutcome::applied, ""};
}

}  // namespace orders
