#include "quittance/stripe/payment_scenario.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace quittance {
namespace {

constexpr std::array<std::string_view, 15> kZeroDecimal{
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 5> kThreeDecimal{"BHD", "JOD", "KWD", "OMR", "TND"};

// ISK and UGX are without decimals in ISO 4217, but Stripe takes and sends them with two.
int exponent_at_stripe(std::string_view currency) {
    if (std::ranges::find(kZeroDecimal, currency) != kZeroDecimal.end()) return 0;
    return std::ranges::find(kThreeDecimal, currency) != kThreeDecimal.end() ? 3 : 2;
}

// Stripe's ids end in 24 letters and digits; the last 24 of an order's id are its random ones.
std::string id_ending(const std::string& order) {
    std::string ending;
    std::ranges::copy_if(order, std::back_inserter(ending),
                         [](unsigned char c) { return std::isalnum(c) != 0; });
    if (ending.size() > 24) ending.erase(0, ending.size() - 24);
    return std::string(24 - ending.size(), '0') + ending;
}

}  // namespace

PaymentScenario story_of(const std::string& order) {
    const auto ending = id_ending(order);
    return {.order = order,
            .payment = "pi_" + ending,
            .charge = "ch_" + ending,
            .refund = "re_" + ending,
            .dispute = "dp_" + ending,
            .session = "cs_test_" + ending,
            .currency = {}};
}

std::optional<std::int64_t> stripe_amount(const core::Money& money) {
    auto amount = money.amount_minor;
    auto exponent = money.currency.exponent();
    const auto wanted = exponent_at_stripe(money.currency.code());
    for (; exponent < wanted; ++exponent) {
        const auto more = core::checked_multiply(amount, 10);
        if (!more) return {};
        amount = *more;
    }
    for (; exponent > wanted; --exponent) {
        if (amount % 10 != 0) return {};
        amount /= 10;
    }
    return amount;
}

std::string lower_case(std::string_view text) {
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

}  // namespace quittance
