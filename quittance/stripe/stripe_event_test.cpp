#include "quittance/stripe/stripe_event.hpp"

#include <gtest/gtest.h>

#include "core/json.hpp"

namespace quittance {
namespace {

using Json = core::json::Value;

PaymentScenario story() {
    auto story = story_of("ord_019300000000700080000123456789ab");
    story.amount = 1000;
    story.total = 4200;
    story.currency = "eur";
    story.created_s = 1760000000;
    return story;
}
Json object_of(std::string_view type) {
    return Json::parse(stripe_event(type, "evt_1", story()))["data"]["object"];
}

TEST(StripeEvent, is_an_event_about_its_order) {
    const auto event = Json::parse(stripe_event("payment_intent.succeeded", "evt_1", story()));
    EXPECT_EQ(event["object"], "event");
    EXPECT_EQ(event["id"], "evt_1");
    EXPECT_EQ(event["type"], "payment_intent.succeeded");
    EXPECT_EQ(event["created"], 1760000000);
    EXPECT_EQ(event["data"]["object"]["metadata"]["order_id"], "ord_019300000000700080000123456789ab");
}

TEST(StripeEvent, has_an_object_with_id_currency_and_kind_for_every_known_type) {
    for (const auto& type : known_stripe_types()) {
        const auto object = object_of(type);
        EXPECT_FALSE(object["id"].get<std::string>().empty()) << type;
        EXPECT_EQ(object["currency"], "eur") << type;
        EXPECT_FALSE(object["object"].get<std::string>().empty()) << type;
    }
}

TEST(StripeEvent, says_what_was_received_when_it_succeeded) {
    const auto intent = object_of("payment_intent.succeeded");
    EXPECT_EQ(intent["status"], "succeeded");
    EXPECT_EQ(intent["amount"], 1000);
    EXPECT_EQ(intent["amount_received"], 1000);
}

TEST(StripeEvent, of_a_partial_refund_keeps_the_charge_captured_in_full) {
    const auto charge = object_of("charge.refunded");
    EXPECT_EQ(charge["amount"], 4200);
    EXPECT_EQ(charge["amount_captured"], 4200);
    EXPECT_EQ(charge["amount_refunded"], 1000);
    EXPECT_EQ(charge["refunded"], false);
}

TEST(StripeEvent, of_a_failed_attempt_names_another_charge_than_the_one_that_succeeds) {
    EXPECT_NE(object_of("payment_intent.payment_failed")["latest_charge"],
              object_of("payment_intent.succeeded")["latest_charge"]);
}

TEST(StripeEvent, of_refunds_and_disputes_belongs_to_the_payment_and_names_no_order) {
    for (const auto* type : {"refund.created", "charge.dispute.created"}) {
        const auto object = object_of(type);
        EXPECT_EQ(object["payment_intent"], story().payment) << type;
        EXPECT_EQ(object["charge"], story().charge) << type;
        EXPECT_TRUE(object["metadata"].empty()) << type;
    }
}

TEST(StripeEvent, of_an_unknown_type_is_a_bare_object) {
    EXPECT_EQ(object_of("customer.tax_id.created")["object"], "customer.tax_id");
}

}  // namespace
}  // namespace quittance
