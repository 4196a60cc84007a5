#include "orders/order.hpp"

#include <gtest/gtest.h>

namespace orders {
namespace {

using State = PaymentState;

Order order(State state, std::int64_t paid_minor = 0, std::int64_t refunded_minor = 0) {
    return {.id = core::OrderId::make(),
            .draft = {.currency = *core::Currency::parse("EUR"),
                      .email = "a@example.com",
                      .client_id = {},
                      .client_reference = {},
                      .shipping_address = {},
                      .billing_address = {},
                      .lines = {{"A", "a", 1, 4200, {}}},
                      .metadata = {},
                      .total_minor = 4200},
            .payment_state = state,
            .paid_minor = paid_minor,
            .refunded_minor = refunded_minor};
}

struct Case {
    State state;
    std::int64_t paid_minor;
    std::int64_t refunded_minor;
    bool change, cancel, ship;
};

// Every state, one row each.
constexpr Case kCases[] = {
    {State::unpaid, 0, 0, true, true, false},
    {State::processing, 0, 0, false, true, false},
    {State::authorized, 0, 0, false, true, false},
    {State::partially_paid, 100, 0, false, false, false},
    {State::paid, 4200, 0, false, false, true},
    {State::overpaid, 8400, 0, false, false, true},
    {State::partially_refunded, 4200, 100, false, false, true},
    {State::refunded, 4200, 4200, false, true, false},
    {State::disputed, 4200, 0, false, false, false},
    {State::charged_back, 4200, 0, false, false, false},
    {State::failed, 0, 0, true, true, false},
    {State::canceled, 0, 0, true, true, false},
};

TEST(Order, MayBeChangedCanceledAndShippedByItsState) {
    ASSERT_EQ(std::size(kCases), static_cast<std::size_t>(State::canceled) + 1);
    for (const auto& row : kCases) {
        const auto of = order(row.state, row.paid_minor, row.refunded_minor);
        EXPECT_EQ(!refuse_change(of), row.change) << to_string(row.state);
        EXPECT_EQ(!refuse_cancel(of), row.cancel) << to_string(row.state);
        EXPECT_EQ(!refuse_shipment(of), row.ship) << to_string(row.state);
    }
}

TEST(Order, OnceCanceledIsNeitherChangedNorShippedWhateverItsState) {
    for (const auto& row : kCases) {
        auto of = order(row.state, row.paid_minor, row.refunded_minor);
        of.canceled_at = core::now();
        EXPECT_TRUE(refuse_change(of)) << to_string(row.state);
        EXPECT_TRUE(refuse_shipment(of)) << to_string(row.state);
    }
}

TEST(Order, WhoseGoodsHaveLeftIsNeitherChangedNorCanceled) {
    for (const auto& row : kCases) {
        auto of = order(row.state, row.paid_minor, row.refunded_minor);
        of.shipments.push_back({core::ShipmentId::make(), "DHL", {}, {{"A", 1}}});
        EXPECT_TRUE(refuse_change(of)) << to_string(row.state);
        EXPECT_TRUE(refuse_cancel(of)) << to_string(row.state);
    }
}

TEST(Order, ForNothingMayBeChangedThoughItIsPaid) {
    auto of = order(State::paid);
    of.draft.total_minor = 0;
    EXPECT_FALSE(refuse_change(of));
}

TEST(Order, NamesItsStatesAsTheApiDoes) {
    for (int i = 0; i <= static_cast<int>(State::canceled); ++i) {
        const auto state = static_cast<State>(i);
        EXPECT_EQ(parse_payment_state(to_string(state)), state);
    }
    for (int i = 0; i <= static_cast<int>(FulfilmentState::returned); ++i) {
        const auto state = static_cast<FulfilmentState>(i);
        EXPECT_EQ(parse_fulfilment_state(to_string(state)), state);
    }
    EXPECT_EQ(to_string(State::partially_refunded), "partially_refunded");
    EXPECT_EQ(to_string(State::canceled), "canceled");
    EXPECT_EQ(to_string(FulfilmentState::delivered), "delivered");
    for (const auto* text : {"", "Paid", "paid ", "shipped"}) EXPECT_FALSE(parse_payment_state(text)) << text;
}

TEST(Total, IsTheSumOfQuantityTimesPriceAndTax) {
    EXPECT_EQ(total_of({}), 0);
    EXPECT_EQ(total_of({{"A", "a", 3, 100, {}}}), 300);
    EXPECT_EQ(total_of({{"A", "a", 3, 100, 57}, {"B", "b", 1, 0, 1}}), 358);
    EXPECT_EQ(total_of({{"A", "a", 1'000'000, 1'000'000'000, {}}}), kMaxTotal);
}

TEST(Total, IsRefusedWhenItIsTooMuchOrOverflows) {
    EXPECT_FALSE(total_of({{"A", "a", 1'000'000, 1'000'000'000, 1}}));
    EXPECT_FALSE(total_of({{"A", "a", 1, kMaxTotal, {}}, {"B", "b", 1, 1, {}}}));
    EXPECT_FALSE(total_of({{"A", "a", 1'000'000, INT64_MAX, {}}}));
    EXPECT_FALSE(total_of({{"A", "a", 1, INT64_MAX, INT64_MAX}}));
    EXPECT_FALSE(total_of({{"A", "a", 2, INT64_MAX / 2, {}}, {"B", "b", 2, INT64_MAX / 2, {}}}));
}

}  // namespace
}  // namespace orders
