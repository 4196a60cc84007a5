#include "contracts/order_event.hpp"

#include <gtest/gtest.h>

namespace contracts {
namespace {

using core::json::Value;

core::Money eur(std::int64_t minor) {
    return {minor, *core::Currency::parse("EUR")};
}

TEST(OrderEvent, SurvivesTheWire) {
    const OrderEvent event{"ord_1", {{"MUG-01", 2}, {"CHAIR", 1}}};
    const auto text = to_json(event).dump();
    EXPECT_EQ(text, R"({"id":"ord_1","lines":[{"sku":"MUG-01","quantity":2},)"
                    R"({"sku":"CHAIR","quantity":1}]})");
    const auto read = order_event_from_json(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, event);
}

TEST(OrderEvent, LeavesTheOrdersOtherMembersAndTheirOrderAsTheyAre) {
    const auto* text =
        R"({"id":"ord_1","paid":1,"lines":[{"tax":null,"sku":"MUG-01","quantity":2,"x":"y"}],"a":{}})";
    EXPECT_EQ(to_json(OrderEvent{"ord_1", {{"MUG-01", 2}}}, Value::parse(text)).dump(), text);
}

TEST(OrderEvent, NamesAllWrongFields) {
    const auto read =
        order_event_from_json(R"({"lines":[{"sku":"","quantity":1},{"sku":"A","quantity":0}]})");
    ASSERT_FALSE(read);
    ASSERT_EQ(read.error().fields.size(), 3U);
    EXPECT_EQ(read.error().fields[0].field, "id");
    EXPECT_EQ(read.error().fields[1].field, "lines[0].sku");
    EXPECT_EQ(read.error().fields[2].field, "lines[1].quantity");
}

TEST(OrderEvent, RefusesWhatIsNoOrder) {
    for (const auto* text : {"", "[]", "{}", R"({"id":"ord_1"})", R"({"id":"ord_1","lines":[]})",
                             R"({"id":"ord_1","lines":[1]})"})
        EXPECT_FALSE(order_event_from_json(text)) << text;
}

TEST(OrderPaymentState, SurvivesTheWire) {
    const OrderPaymentState event{"ord_1", "paid", "unfulfilled", eur(4200), eur(4200), eur(0), eur(1)};
    const auto read = order_payment_state_from_json(to_json(event));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, event);
    EXPECT_FALSE(order_payment_state_from_json(R"({"id":"ord_1"})"));
}

TEST(OrderErased, SurvivesTheWire) {
    EXPECT_EQ(to_json(OrderErased{"ord_1"}), R"({"id":"ord_1"})");
    EXPECT_EQ(order_erased_from_json(to_json(OrderErased{"ord_1"}))->id, "ord_1");
    EXPECT_FALSE(order_erased_from_json("{}"));
}

}  // namespace
}  // namespace contracts
