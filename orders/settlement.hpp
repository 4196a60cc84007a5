// What the payment facts of an order add up to: the fold, and which facts an order takes in. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "contracts/payment_fact.hpp"
#include "core/money.hpp"
#include "orders/order.hpp"

namespace orders {

// A fact as the fold needs it; the texts belong to the maker of the view.
struct AppliedFact {
    std::string_view account;
    std::string_view payment;  // unique within the account
    contracts::FactView fact;
};

struct Settlement {
    PaymentState state = PaymentState::unpaid;
    std::int64_t paid_minor = 0;      // captured by all payments
    std::int64_t refunded_minor = 0;  // of that, given back
    std::int64_t disputed_minor = 0;  // of disputes open or lost
    bool operator==(const Settlement&) const = default;
};

// The same for every order of the same facts, and for repeated ones. Nothing when a sum overflows. The rules:
// - an open dispute, then a lost one, hides everything else; then what was captured and not refunded is held
// against
//   the total, so refunding what an overpayment had too much leaves the order paid;
// - without money, a canceled order is canceled, one for nothing is paid, and otherwise the payment that got
// furthest
//   speaks: authorized, processing, still open, failed, canceled.
std::optional<Settlement> settle(std::int64_t total_minor, bool canceled, std::vector<AppliedFact> facts);

// An order's payments: what they are checked against, the facts taken in so far, what these add up to.
struct PaymentBook {
    core::Currency currency;
    std::int64_t total_minor;
    bool canceled;
    Settlement settlement;
    std::vector<AppliedFact> facts;

    // Takes the fact in and settles again, or says why it can't and stays as it is. `fact` must outlive the
    // book. That the fact is not in yet is the caller's to know.
    contracts::FactAnswer take(const contracts::PaymentFact& fact, const std::string& key);
};

}  // namespace orders
