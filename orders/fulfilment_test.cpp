#include "orders/fulfilment.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace orders {
namespace {

using State = FulfilmentState;
using Outcome = contracts::ProductionFactOutcome;

constexpr State kStates[] = {State::unfulfilled, State::in_production, State::ready,
                             State::shipped,     State::delivered,     State::returned};
static_assert(std::size(kStates) == static_cast<std::size_t>(State::returned) + 1);

struct Case {
    State before;
    State after_none, after_begun, after_done;
};

// Every state, one row each.
constexpr Case kCases[] = {
    {State::unfulfilled, State::unfulfilled, State::in_production, State::ready},
    {State::in_production, State::in_production, State::in_production, State::ready},
    {State::ready, State::ready, State::ready, State::ready},
    {State::shipped, State::shipped, State::shipped, State::shipped},
    {State::delivered, State::delivered, State::delivered, State::delivered},
    {State::returned, State::returned, State::returned, State::returned},
};

TEST(Fulfilment, FollowsProductionAndNeverGoesBack) {
    ASSERT_EQ(std::size(kCases), std::size(kStates));
    for (const auto& row : kCases) {
        EXPECT_EQ(fulfilment_after(row.before, false, Progress::none), row.after_none)
            << to_string(row.before);
        EXPECT_EQ(fulfilment_after(row.before, false, Progress::begun), row.after_begun)
            << to_string(row.before);
        EXPECT_EQ(fulfilment_after(row.before, false, Progress::done), row.after_done)
            << to_string(row.before);
    }
}

TEST(Fulfilment, OfACanceledOrderStaysWhateverIsMade) {
    for (const auto state : kStates) {
        for (const auto progress : {Progress::none, Progress::begun, Progress::done}) {
            EXPECT_EQ(fulfilment_after(state, true, progress), state) << to_string(state);
        }
    }
}

TEST(Production, IsAskedForWhatMayLeaveAndIsNotMadeYet) {
    for (int i = 0; i <= static_cast<int>(PaymentState::canceled); ++i) {
        const auto payment = static_cast<PaymentState>(i);
        const bool may = payment == PaymentState::paid || payment == PaymentState::overpaid ||
                         payment == PaymentState::partially_refunded;
        for (const auto state : kStates) {
            const bool open = state == State::unfulfilled || state == State::in_production;
            EXPECT_EQ(wants_production(payment, state, false), may && open)
                << to_string(payment) << " " << to_string(state);
            EXPECT_FALSE(wants_production(payment, state, true)) << to_string(payment);
        }
    }
}

struct ProgressCase {
    std::vector<WorkOrder> work_orders;
    bool all_known;
    Progress expected;
};

const ProgressCase kProgress[] = {
    {{}, false, Progress::none},
    {{}, true, Progress::none},
    {{{"wo_1", 1, 2, 0}}, true, Progress::none},
    {{{"wo_1", 1, 2, 1}}, true, Progress::begun},
    {{{"wo_1", 1, 2, 2}}, true, Progress::done},
    {{{"wo_1", 1, 2, 9}}, true, Progress::done},
    {{{"wo_1", 1, 2, 2}}, false, Progress::begun},  // there may be more work orders
    {{{"wo_1", 1, 2, 2}, {"wo_2", 2, 1, 0}}, true, Progress::begun},
    {{{"wo_1", 1, 2, 0}, {"wo_2", 2, 1, 1}}, true, Progress::begun},
    {{{"wo_1", 1, 2, 2}, {"wo_2", 2, 1, 1}}, true, Progress::done},
};

TEST(Production, IsDoneWhenEveryWorkOrderIsKnownAndMade) {
    for (const auto& c : kProgress) {
        EXPECT_EQ(progress_of(c.work_orders, c.all_known), c.expected) << "case " << (&c - kProgress);
    }
}

contracts::ProductionFact fact(std::string work_order, std::int64_t position, std::int64_t good) {
    return {"ord_1", std::move(work_order), position, 3, good};
}
contracts::ProductionPlan answer() {
    return {"ord_1", {{"wo_1", 1, 3}, {"wo_2", 2, 3}}};
}
ProductionBook book() {
    return {State::unfulfilled, false, false, {}};
}

TEST(ProductionBook, KeepsTheGreatestTotal) {
    auto of = book();
    EXPECT_EQ(of.take(fact("wo_1", 1, 2)), Outcome::applied);
    EXPECT_EQ(of.take(fact("wo_1", 1, 1)), Outcome::already_applied);
    EXPECT_EQ(of.take(fact("wo_1", 1, 2)), Outcome::already_applied);
    EXPECT_EQ(of.take(fact("wo_1", 1, 3)), Outcome::applied);
    EXPECT_EQ(of.work_orders.front().good, 3);
}

TEST(ProductionBook, RefusesAWorkOrderOfAnotherLineAndALineOfAnotherWorkOrder) {
    auto of = book();
    of.take(answer());
    EXPECT_EQ(of.take(fact("wo_1", 2, 1)), Outcome::mismatch);
    EXPECT_EQ(of.take(fact("wo_1", 3, 1)), Outcome::mismatch);
    EXPECT_EQ(of.take(fact("wo_9", 1, 1)), Outcome::mismatch);
    EXPECT_EQ(of.work_orders.size(), 2U);
    EXPECT_TRUE(of.advance().empty());
}

TEST(ProductionBook, PassesThroughProductionAlsoWhenAllIsToldAtOnce) {
    auto of = book();
    of.take(answer());
    of.take(fact("wo_1", 1, 3));
    of.take(fact("wo_2", 2, 3));
    EXPECT_EQ(of.advance(), (std::vector{State::in_production, State::ready}));
    EXPECT_TRUE(of.advance().empty());
}

TEST(ProductionBook, WaitsForTheAnswerBeforeItIsReady) {
    auto of = book();
    of.take(fact("wo_1", 1, 3));
    EXPECT_EQ(of.advance(), std::vector{State::in_production});
    of.take(answer());
    EXPECT_TRUE(of.advance().empty());  // the answer names a second work order
    of.take(fact("wo_2", 2, 3));
    EXPECT_EQ(of.advance(), std::vector{State::ready});
}

TEST(ProductionBook, EndsTheSameWhateverTheOrderAndRepetitionOfWhatIsTold) {
    EXPECT_TRUE(rc::check([] {
        std::vector<int> told;  // 0: the answer, else a fact
        const auto count = *rc::gen::inRange(0, 12);
        for (int i = 0; i < count; ++i) told.push_back(*rc::gen::inRange(0, 9));
        auto other = told;
        for (const auto one : told) {
            if (*rc::gen::arbitrary<bool>()) other.push_back(one);
        }
        for (std::size_t i = other.size(); i > 1; --i) {
            std::swap(other[i - 1], other[*rc::gen::inRange<std::size_t>(0, i)]);
        }
        const auto state_after = [](const std::vector<int>& all) {
            auto of = book();
            for (const auto one : all) {
                if (one == 0) {
                    of.take(answer());
                } else {
                    of.take(one < 5 ? fact("wo_1", 1, one - 1) : fact("wo_2", 2, one - 5));
                }
                of.advance();
            }
            return of.fulfilment;
        };
        RC_ASSERT(state_after(told) == state_after(other));
    }));
}

}  // namespace
}  // namespace orders
