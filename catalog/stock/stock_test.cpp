#include "catalog/stock/stock.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace catalog {
namespace {

using enum MovementKind;

struct Case {
    MovementKind kind;
    double quantity;
    double on_hand, reserved;  // before
    const char* after;         // on hand/reserved, or why not
};

constexpr Case kCases[] = {
    {reserve, 3, 5, 2, "5/5"},
    {reserve, 3.000001, 5, 2, "not so much is available"},
    {reserve, 1, 0, 0, "not so much is available"},
    {reserve, 1, -4, 0, "not so much is available"},
    {release, 2, 5, 2, "5/0"},
    {release, 3, 5, 2, "not so much is reserved"},
    {release, 2, 0, 2, "0/0"},
    {commit, 2, 5, 2, "3/0"},
    {commit, 3, 5, 2, "not so much is reserved"},
    {commit, 2, 1, 2, "-1/0"},  // handed over, whatever the count says
    {consume, 3, 5, 2, "2/2"},
    {consume, 4, 5, 2, "not so much is available"},
    {consume, 0.5, 0.5, 0, "0/0"},
    {produce, 3, 5, 2, "8/2"},
    {produce, 3, -5, 0, "-2/0"},
    {produce, 1, 4e9, 0, "the stock can't hold so much"},
    {receive, 0.25, 0, 0, "0.25/0"},
    {receive, 4e9, 1, 0, "the stock can't hold so much"},
    {adjust, 3, 5, 2, "8/2"},
    {adjust, -5, 5, 2, "0/2"},
    {adjust, -6, 5, 2, "-1/2"},
    {adjust, -1, -4e9, 0, "the stock can't hold so much"},
};

std::string to_text(Quantity quantity) {
    auto text = std::to_string(quantity.units());
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

TEST(Stock, EveryKindOfMovementUponABalance) {
    for (const auto& [kind, quantity, on_hand, reserved, after] : kCases) {
        const Balance before{*Quantity::parse(on_hand), *Quantity::parse(reserved)};
        const auto change = change_of(kind, *Quantity::parse(quantity), before);
        const auto seen = change ? to_text(before.on_hand + change->on_hand) + "/" +
                                       to_text(before.reserved + change->reserved)
                                 : change.error().detail;
        EXPECT_EQ(seen, after) << to_string(kind) << " " << quantity << " of " << on_hand << "/" << reserved;
        if (change) continue;
        EXPECT_EQ(change.error().kind, core::Kind::conflict);
    }
}

TEST(Stock, OnlyAnAdjustmentCanBeNegative) {
    for (const auto kind : {reserve, release, commit, produce, consume, receive}) {
        EXPECT_FALSE(find_quantity_fault(kind, Quantity::from_micro(1)));
        EXPECT_TRUE(find_quantity_fault(kind, Quantity{}));
        EXPECT_TRUE(find_quantity_fault(kind, Quantity::of(-1)));
    }
    EXPECT_FALSE(find_quantity_fault(adjust, Quantity::of(-1)));
    EXPECT_FALSE(find_quantity_fault(adjust, Quantity::of(1)));
    EXPECT_TRUE(find_quantity_fault(adjust, Quantity{}));
}

TEST(Stock, NothingButACountTakesWhatIsNotThere) {
    rc::check([](std::int64_t on_hand, std::int64_t reserved, std::int64_t quantity) {
        constexpr std::int64_t kMost = 4'000'000'000'000'000;
        Balance stock{Quantity::from_micro(on_hand % kMost),
                      Quantity::from_micro(std::abs(reserved % kMost))};
        const auto by = Quantity::from_micro(1 + std::abs(quantity % kMost));
        for (const auto kind : {reserve, release, commit, produce, consume, receive}) {
            const auto change = change_of(kind, by, stock);
            if (!change) continue;
            const auto before = stock;
            stock = {before.on_hand + change->on_hand, before.reserved + change->reserved};
            RC_ASSERT(stock.reserved >= Quantity{});
            if (kind == reserve || kind == consume) RC_ASSERT(stock.available() >= Quantity{});
        }
    });
}

TEST(Stock, AnItemNamesAPartAMaterialOrAProduct) {
    EXPECT_EQ(parse_stock_item(stock_item_of_part("PN-88")), (Thing{Thing::Kind::part, "PN-88"}));
    EXPECT_EQ(parse_stock_item(stock_item_of_material("PVC")), (Thing{Thing::Kind::material, "PVC"}));
    EXPECT_EQ(parse_stock_item(stock_item_of_product("A:B")), (Thing{Thing::Kind::product, "A:B"}));
    for (const auto* text : {"", "part", "part:", ":x", "parts:x", "PN-88"})
        EXPECT_FALSE(parse_stock_item(text));
}

}  // namespace
}  // namespace catalog
