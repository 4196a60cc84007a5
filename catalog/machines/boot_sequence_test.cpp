#include "catalog/machines/boot_sequence.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace {

using namespace catalog;

std::vector<SeqRange> missing_of(const BootSequence& boot) {
    std::vector<SeqRange> missing;
    for (const auto& gap : boot.gaps()) missing.insert(missing.end(), gap.missing.begin(), gap.missing.end());
    return missing;
}

TEST(BootSequence, OpensAGapWhereNumbersJumpAndNarrowsItAsTheyCome) {
    BootSequence boot;
    EXPECT_EQ(boot.take(1), Seen::fresh);
    EXPECT_EQ(boot.take(7), Seen::fresh);
    EXPECT_EQ(missing_of(boot), (std::vector<SeqRange>{{2, 6}}));
    EXPECT_EQ(boot.take(4), Seen::fresh);
    EXPECT_EQ(missing_of(boot), (std::vector<SeqRange>{{2, 3}, {5, 6}}));
    EXPECT_EQ(boot.take(2), Seen::fresh);
    EXPECT_EQ(boot.take(6), Seen::fresh);
    EXPECT_EQ(boot.take(4), Seen::duplicate);
    EXPECT_EQ(missing_of(boot), (std::vector<SeqRange>{{3, 3}, {5, 5}}));
}

TEST(BootSequence, MissesItsBeginningWhenItStartsInTheMiddle) {
    BootSequence boot;
    EXPECT_EQ(boot.take(3), Seen::fresh);
    EXPECT_EQ(missing_of(boot), (std::vector<SeqRange>{{1, 2}}));
    EXPECT_EQ(boot.take(0), Seen::fresh);
    EXPECT_EQ(boot.take(0), Seen::duplicate);
    EXPECT_EQ(boot.first(), 0);
}

TEST(BootSequence, WaitsNoLongerForAGapThatWasGivenUp) {
    BootSequence boot{1, 9};
    boot.add_gap({.id = "gap_1", .range = {4, 5}, .missing = {{4, 5}}, .given_up = true});
    EXPECT_EQ(boot.take(4), Seen::too_late);
    EXPECT_EQ(boot.take(4), Seen::too_late);
    EXPECT_EQ(boot.take(3), Seen::duplicate);
}

TEST(Ranges, AreWrittenAsPostgresReadsThemAndBack) {
    const std::vector<SeqRange> ranges{{3, 4}, {7, 7}, {100, 9007199254740991}};
    EXPECT_EQ(to_multirange(ranges), "{[3,5),[7,8),[100,9007199254740992)}");
    EXPECT_EQ(parse_ranges(to_multirange(ranges)), ranges);
    EXPECT_EQ(to_multirange({}), "{}");
    EXPECT_TRUE(parse_ranges("{}").empty());
}

RC_GTEST_PROP(BootSequence, TakesEveryNumberOnceInWhateverOrderAndMissesExactlyTheOthers, ()) {
    const auto numbers = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 30));
    BootSequence boot;
    std::set<std::int64_t> taken;
    for (const auto number : numbers) {
        const bool is_new = taken.insert(number).second;
        RC_ASSERT((boot.take(number) == Seen::fresh) == is_new);
    }
    if (taken.empty()) return;
    std::set<std::int64_t> missing;
    for (const auto& range : missing_of(boot)) {
        for (auto number = range.from; number <= range.to; ++number) RC_ASSERT(missing.insert(number).second);
    }
    for (std::int64_t number = 1; number <= *taken.rbegin(); ++number) {
        RC_ASSERT(taken.contains(number) != missing.contains(number));
    }
}

}  // namespace
