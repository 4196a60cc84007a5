#include "quittance/stripe/payment_scenario.hpp"

#include <gtest/gtest.h>

namespace quittance {
namespace {

std::optional<std::int64_t> at_stripe(std::int64_t minor, std::string_view currency) {
    return stripe_amount({minor, *core::Currency::parse(currency)});
}

TEST(StripeAmount, is_the_iso_amount_for_most_currencies) {
    EXPECT_EQ(at_stripe(4200, "EUR"), 4200);
    EXPECT_EQ(at_stripe(4200, "JPY"), 4200);
    EXPECT_EQ(at_stripe(4200, "KWD"), 4200);
}

TEST(StripeAmount, has_two_more_digits_where_stripe_kept_decimals_that_iso_dropped) {
    EXPECT_EQ(at_stripe(42, "ISK"), 4200);
    EXPECT_EQ(at_stripe(42, "UGX"), 4200);
}

TEST(StripeAmount, drops_decimals_that_stripe_does_not_have_and_refuses_a_fraction) {
    EXPECT_EQ(at_stripe(4200, "MGA"), 42);
    EXPECT_EQ(at_stripe(4201, "MGA"), std::nullopt);
}

TEST(PaymentScenario, has_the_same_ids_for_the_same_order_and_others_for_another) {
    const auto one = story_of("ord_019300000000700080000123456789ab");
    EXPECT_EQ(one.payment, "pi_0000700080000123456789ab");
    EXPECT_EQ(one.payment, story_of(one.order).payment);
    EXPECT_NE(one.payment, story_of("ord_019300000000700080000123456789ac").payment);
}

TEST(PaymentScenario, takes_orders_of_any_shape) {
    EXPECT_EQ(story_of("x-1").payment, "pi_0000000000000000000000x1");
}

}  // namespace
}  // namespace quittance
