#include "contracts/product_event.hpp"

#include <gtest/gtest.h>

namespace contracts {
namespace {

using core::json::Value;

const core::Time kCreatedAt = *core::parse_rfc3339("2026-11-21T05:47:52.308123Z");

TEST(ProductEvent, SurvivesTheWire) {
    for (const auto& price_before :
         {std::optional<core::Money>{}, std::optional{core::Money{4200, *core::Currency::parse("EUR")}}}) {
        const ProductEvent event{"MUG-01", "seller_1", kCreatedAt, price_before};
        const auto read = product_event_from_json(to_json(event).dump());
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, event);
    }
}

TEST(ProductEvent, LeavesTheProductsOtherMembersAndTheirOrderAsTheyAre) {
    const auto* text =
        R"({"id":"prd_1","sku":"MUG-01","n":1,"seller":"","created_at":"2026-11-21T05:47:52.308123Z","x":1})";
    EXPECT_EQ(to_json(ProductEvent{"MUG-01", "", kCreatedAt}, Value::parse(text)).dump(), text);
}

TEST(ProductEvent, IsOfTheHouseWithoutASeller) {
    const auto read = product_event_from_json(R"({"sku":"MUG-01","created_at":"2026-11-21T05:47:52Z"})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->seller, "");
}

TEST(ProductEvent, NamesAllWrongFields) {
    const auto read = product_event_from_json(R"({"sku":"","seller":7,"created_at":"yesterday"})");
    ASSERT_FALSE(read);
    ASSERT_EQ(read.error().fields.size(), 3U);
    EXPECT_EQ(read.error().fields[0].field, "sku");
    EXPECT_EQ(read.error().fields[1].field, "seller");
    EXPECT_EQ(read.error().fields[2].field, "created_at");
}

}  // namespace
}  // namespace contracts
