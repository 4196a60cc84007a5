#include "catalog/products/product.hpp"

#include <gtest/gtest.h>

namespace catalog {
namespace {

ProductDraft a_draft() {
    return {.sku = "MUG-01",
            .name = "Mug",
            .description = "",
            .price = {990, core::Currency::parse("EUR").value()},
            .seller = "",
            .active = true,
            .attributes = {},
            .part = {},
            .made_to_order = false};
}

TEST(Product, IsMadeToOrderOnlyOfAPart) {
    auto draft = a_draft();
    EXPECT_TRUE(faults(draft).empty());
    draft.made_to_order = true;
    EXPECT_EQ(faults(draft).at(0).field, "part");
    draft.part = "PN-88";
    EXPECT_TRUE(faults(draft).empty());
    draft.made_to_order = false;
    EXPECT_TRUE(faults(draft).empty());
}

TEST(Product, KeepsItsSku) {
    auto after = a_draft();
    after.price.amount_minor = 1;
    after.part = "PN-88";
    EXPECT_TRUE(faults_of_change(a_draft(), after).empty());
    after.sku = "MUG-02";
    EXPECT_EQ(faults_of_change(a_draft(), after).at(0).field, "sku");
}

TEST(Product, IsSortedByTheNamesOfTheContract) {
    EXPECT_EQ(parse_product_sort("newest"), ProductSort::newest);
    EXPECT_EQ(parse_product_sort("name"), ProductSort::name);
    EXPECT_EQ(parse_product_sort("-name"), ProductSort::name_down);
    EXPECT_EQ(parse_product_sort("price"), ProductSort::price);
    EXPECT_EQ(parse_product_sort("-price"), ProductSort::price_down);
    for (const auto* other : {"", "Name", "-newest", "price; DROP TABLE products", " name"})
        EXPECT_FALSE(parse_product_sort(other)) << other;
}

}  // namespace
}  // namespace catalog
