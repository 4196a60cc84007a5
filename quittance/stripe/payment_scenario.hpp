// What happened, in Stripe's terms: the payment of one order, and the ids under which everything about it
// goes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/money.hpp"

namespace quittance {

// Ids are made of the order's, so that events sent one after another tell one story: captured, then refunded.
struct PaymentScenario {
    std::string order;
    std::string payment;  // pi_…
    std::string charge;   // ch_…
    std::string refund;   // re_…
    std::string dispute;  // dp_…
    std::string session;  // cs_test_…
    // In Stripe's units: what this event is about, and what the payment as a whole is for.
    std::int64_t amount = 0;
    std::int64_t total = 0;
    std::string currency;         // lower case
    std::string outcome = "won";  // of a dispute that closes: won, lost or warning_closed
    std::int64_t created_s = 0;
};

PaymentScenario story_of(const std::string& order);

// An amount in ISO 4217 minor units as Stripe counts it. Nothing when it has a fraction there, or too many
// digits. https://docs.stripe.com/currencies#minor-units
std::optional<std::int64_t> stripe_amount(const core::Money& money);

// EUR → eur
std::string lower_case(std::string_view text);

}  // namespace quittance
