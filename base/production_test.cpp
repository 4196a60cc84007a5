#include "base/production.hpp"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Production, RequestsSurviveTheWire) {
    const std::vector<ProductionRequest> requests{{"ord_1", {{1, "MUG-\"1\"", 2}, {3, "CHAIR", 1}}},
                                                  {"ord_2", {{1, "TABLE", 1'000'000}}}};
    const auto read = production_requests_from_json(production_requests_to_json(requests));
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(read->front().order_id, "ord_1");
    ASSERT_EQ(read->front().lines.size(), 2U);
    EXPECT_EQ(read->front().lines[0].sku, "MUG-\"1\"");
    EXPECT_EQ(read->front().lines[1].position, 3);
    EXPECT_EQ(read->back().lines[0].quantity, 1'000'000);
}

TEST(Production, AnswersSurviveTheWire) {
    const std::vector<ProductionAnswer> answers{{"ord_1", ProductionOutcome::taken, {{"wo_1", 1, 2}}},
                                                {"ord_2", ProductionOutcome::nothing_to_make, {}}};
    const auto read = production_answers_from_json(production_answers_to_json(answers));
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(read->front().outcome, ProductionOutcome::taken);
    ASSERT_EQ(read->front().work_orders.size(), 1U);
    EXPECT_EQ(read->front().work_orders[0].id, "wo_1");
    EXPECT_EQ(read->front().work_orders[0].quantity, 2);
    EXPECT_EQ(read->back().outcome, ProductionOutcome::nothing_to_make);
}

TEST(Production, FactsAndTheirAnswersSurviveTheWire) {
    const std::vector<ProductionFact> facts{{"ord_1", "wo_1", 2, 5, 0}};
    const auto read = production_facts_from_json(production_facts_to_json(facts));
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().order_id, "ord_1");
    EXPECT_EQ(read->front().work_order, "wo_1");
    EXPECT_EQ(read->front().position, 2);
    EXPECT_EQ(read->front().quantity, 5);
    EXPECT_EQ(read->front().good, 0);

    std::vector<ProductionFactAnswer> answers;
    for (const auto outcome : kProductionFactOutcomes) answers.push_back({"wo_1", outcome});
    const auto back = production_fact_answers_from_json(production_fact_answers_to_json(answers));
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), std::size(kProductionFactOutcomes));
    for (std::size_t i = 0; i < answers.size(); ++i) EXPECT_EQ((*back)[i].outcome, answers[i].outcome);
}

TEST(Production, RefusesWhatIsNoListOfFacts) {
    for (const auto* text :
         {"", "[]", "{}", R"({"facts":{}})", R"({"facts":[7]})",
          R"({"facts":[{"work_order":"wo_1","position":1,"quantity":1,"good":1}]})",
          R"({"facts":[{"order_id":"o","work_order":"","position":1,"quantity":1,"good":1}]})",
          R"({"facts":[{"order_id":"o","work_order":"w","position":0,"quantity":1,"good":1}]})",
          R"({"facts":[{"order_id":"o","work_order":"w","position":1,"quantity":0,"good":1}]})",
          R"({"facts":[{"order_id":"o","work_order":"w","position":1,"quantity":1,"good":-1}]})",
          R"({"facts":[{"order_id":"o","work_order":"w","position":1,"quantity":1,"good":0.5}]})",
          R"({"facts":[{"order_id":"o","work_order":"w\u0000","position":1,"quantity":1,"good":1}]})"}) {
        EXPECT_FALSE(production_facts_from_json(text)) << text;
    }
    const std::vector<ProductionFact> many(kMostProductionFacts + 1, {"ord_1", "wo_1", 1, 1, 1});
    EXPECT_FALSE(production_facts_from_json(production_facts_to_json(many)));
}

TEST(Production, RefusesAnswersThatSaySomethingElse) {
    for (const auto* text :
         {"", "{}", R"({"answers":[{"order_id":"o","outcome":"perhaps"}]})",
          R"({"answers":[{"outcome":"taken"}]})",
          R"({"answers":[{"order_id":"o","outcome":"taken","work_orders":[{"id":"w"}]}]})"}) {
        EXPECT_FALSE(production_answers_from_json(text)) << text;
    }
}

}  // namespace
}  // namespace base
