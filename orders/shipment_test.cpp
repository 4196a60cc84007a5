#include "orders/shipment.hpp"

#include <gtest/gtest.h>

#include "orders/order.hpp"

namespace orders {
namespace {

const std::vector<Line> kOrdered = {
    {"CHAIR", "", 2, 0, {}},
    {"TABLE", "", 1, 0, {}},
    {"CHAIR", "another colour", 1, 0, {}},
};

Shipment sent(std::vector<ShipmentLine> lines, bool arrived = false) {
    Shipment shipment{core::ShipmentId::make(), "DHL", {}, std::move(lines)};
    if (arrived) shipment.delivered_at = core::now();
    return shipment;
}

using Lines = std::vector<ShipmentLine>;

TEST(Shipment, WithoutLinesTakesAllThatIsLeft) {
    EXPECT_EQ(*plan_shipment(kOrdered, {}, {}), (Lines{{"CHAIR", 3}, {"TABLE", 1}}));
    EXPECT_EQ(*plan_shipment(kOrdered, {sent({{"CHAIR", 3}})}, {}), (Lines{{"TABLE", 1}}));
}

TEST(Shipment, TakesWhatIsAskedForLinesOfOneSkuTogether) {
    EXPECT_EQ(*plan_shipment(kOrdered, {}, {{"CHAIR", 1}, {"CHAIR", 2}}), (Lines{{"CHAIR", 3}}));
}

TEST(Shipment, NamesEveryLineThatAsksForTooMuch) {
    const auto plan = plan_shipment(kOrdered, {sent({{"CHAIR", 1}})},
                                    {{"CHAIR", 2}, {"CHAIR", 1}, {"SOFA", 1}, {"TABLE", 2}});
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().kind, core::Kind::invalid);
    EXPECT_EQ(plan.error().fields,
              (std::vector<core::FieldError>{{"lines[1].quantity", "is more than the 0 left to ship"},
                                             {"lines[2].sku", "is not in this order"},
                                             {"lines[3].quantity", "is more than the 1 left to ship"}}));
}

TEST(Shipment, IsAConflictWhenEverythingHasLeft) {
    const auto plan = plan_shipment(kOrdered, {sent({{"CHAIR", 3}, {"TABLE", 1}})}, {{"CHAIR", 1}});
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().kind, core::Kind::conflict);
}

TEST(Fulfilment, IsShippedWhenAllIsOnItsWayAndDeliveredWhenAllHasArrived) {
    const auto after = [](const std::vector<Shipment>& shipments) {
        return to_string(fulfilment_after(FulfilmentState::unfulfilled, kOrdered, shipments));
    };
    EXPECT_EQ(after({}), "unfulfilled");
    EXPECT_EQ(after({sent({{"CHAIR", 3}})}), "unfulfilled");
    EXPECT_EQ(after({sent({{"CHAIR", 3}}, true)}), "unfulfilled");
    EXPECT_EQ(after({sent({{"CHAIR", 3}}, true), sent({{"TABLE", 1}})}), "shipped");
    EXPECT_EQ(after({sent({{"CHAIR", 3}}, true), sent({{"TABLE", 1}}, true)}), "delivered");
}

}  // namespace
}  // namespace orders
