#include "contracts/production.hpp"

#include <gtest/gtest.h>

namespace contracts {
namespace {

TEST(Production, PlansSurviveTheWire) {
    const auto read =
        production_plan_from_json(to_json(ProductionPlan{"ord_1", {{"wo_1", 1, 2}, {"wo_2", 3, 1}}}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->order_id, "ord_1");
    ASSERT_EQ(read->work_orders.size(), 2U);
    EXPECT_EQ(read->work_orders[1].id, "wo_2");
    EXPECT_EQ(read->work_orders[1].position, 3);
    EXPECT_EQ(read->work_orders[0].quantity, 2);
    EXPECT_TRUE(production_plan_from_json(to_json(ProductionPlan{"ord_1", {}}))->work_orders.empty());
}

TEST(Production, FactsSurviveTheWire) {
    const auto read = production_fact_from_json(to_json(ProductionFact{"ord_1", "wo_1", 2, 5, 0}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->order_id, "ord_1");
    EXPECT_EQ(read->work_order, "wo_1");
    EXPECT_EQ(read->position, 2);
    EXPECT_EQ(read->quantity, 5);
    EXPECT_EQ(read->good, 0);
}

TEST(Production, RefusesWhatIsNoFact) {
    for (const auto* text :
         {"", "[]", "{}", R"({"work_order":"wo_1","position":1,"quantity":1,"good":1})",
          R"({"order_id":"o","work_order":"","position":1,"quantity":1,"good":1})",
          R"({"order_id":"o","work_order":"w","position":0,"quantity":1,"good":1})",
          R"({"order_id":"o","work_order":"w","position":1,"quantity":0,"good":1})",
          R"({"order_id":"o","work_order":"w","position":1,"quantity":1,"good":-1})",
          R"({"order_id":"o","work_order":"w","position":1,"quantity":1,"good":0.5})",
          R"({"order_id":"o","work_order":"w\u0000","position":1,"quantity":1,"good":1})"}) {
        EXPECT_FALSE(production_fact_from_json(text)) << text;
    }
}

TEST(Production, RefusesWhatIsNoPlan) {
    for (const auto* text : {"", "{}", R"({"order_id":"o"})", R"({"work_orders":[]})",
                             R"({"order_id":"o","work_orders":[{"id":"w"}]})"}) {
        EXPECT_FALSE(production_plan_from_json(text)) << text;
    }
}

}  // namespace
}  // namespace contracts
