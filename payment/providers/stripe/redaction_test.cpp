#include "payment/providers/stripe/redaction.hpp"

#include <gtest/gtest.h>

#include "core/json.hpp"

namespace payment::stripe {
namespace {

constexpr auto kBody =
    R"({"id":"evt_1","type":"charge.succeeded","data":{"object":{"id":"ch_1","amount":4200,"currency":"eur",
"receipt_email":"ada@example.com","billing_details":{"name":"Ada Example","email":"ada@example.com","phone":null,
"address":{"line1":"1 Main Street","country":"FR"}},"shipping":{"name":"Ada","address":{"city":"Paris"},"carrier":"DHL"},
"metadata":{"order_id":"ord_1","note":"for Ada"},"custom_fields":[{"key":"gift","text":{"value":"to Ada"}}],
"payment_method_details":{"card":{"brand":"visa","last4":"4242"}},"status":"succeeded"}}})";

TEST(Redacted, HoldsNothingOfAPerson) {
    const auto body = redacted(kBody);
    for (const auto* text : {"Ada", "ada@", "Main Street", "Paris", "4242"})
        EXPECT_EQ(body.find(text), std::string::npos) << text << " in " << body;
}

TEST(Redacted, KeepsTheFacts) {
    const auto body = core::json::Value::parse(redacted(kBody));
    const auto& object = body["data"]["object"];
    EXPECT_EQ(body["id"], "evt_1");
    EXPECT_EQ(body["type"], "charge.succeeded");
    EXPECT_EQ(object["amount"], 4200);
    EXPECT_EQ(object["status"], "succeeded");
    EXPECT_EQ(object["metadata"]["order_id"], "ord_1");
    EXPECT_EQ(object["billing_details"]["address"]["country"], "FR");
    EXPECT_TRUE(object["billing_details"]["phone"].is_null());
}

TEST(Redacted, StaysAsItIs) {
    EXPECT_EQ(redacted(redacted(kBody)), redacted(kBody));
}

TEST(Redacted, IsEmptyWhereThereIsNoTellingWhatIsWhat) {
    EXPECT_EQ(redacted("Ada Example <ada@example.com>"), "{}");
}

}  // namespace
}  // namespace payment::stripe
