#include "quittance/factory/machine_state.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace {

using namespace quittance::factory;

Message message(std::int64_t boot, std::int64_t seq) {
    return {boot, seq, "quality", R"({"any":"thing"})"};
}

std::vector<std::pair<std::int64_t, std::int64_t>> numbers(const std::vector<const Message*>& messages) {
    std::vector<std::pair<std::int64_t, std::int64_t>> all;
    for (const auto* one : messages) all.emplace_back(one->boot, one->seq);
    return all;
}
using Numbers = std::vector<std::pair<std::int64_t, std::int64_t>>;

TEST(Unconfirmed, ForgetsOnlyWhatIsCompleteAndOnlyOfThatBoot) {
    Unconfirmed kept;
    for (const auto& [boot, seq] : Numbers{{1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 3}, {3, 1}})
        kept.keep(message(boot, seq));
    EXPECT_EQ(kept.forget(2, 2), 2U);
    EXPECT_EQ(numbers(kept.first(10)), (Numbers{{1, 1}, {1, 2}, {2, 3}, {3, 1}}));
    EXPECT_EQ(kept.forget(2, 2), 0U);
    EXPECT_EQ(kept.forget(4, 9), 0U);
    EXPECT_EQ(kept.forget(3, 0), 0U);
    EXPECT_EQ(kept.forget(1, 9), 2U);
    EXPECT_EQ(kept.size(), 2U);
}

TEST(Unconfirmed, FindsWhatItIsAskedForAsFarAsItStillHasIt) {
    Unconfirmed kept;
    for (int seq = 3; seq <= 9; ++seq) kept.keep(message(2, seq));
    kept.keep(message(3, 1));
    EXPECT_EQ(numbers(kept.find(2, 1, 4, 10)), (Numbers{{2, 3}, {2, 4}}));
    EXPECT_EQ(numbers(kept.find(2, 8, 99, 10)), (Numbers{{2, 8}, {2, 9}}));
    EXPECT_EQ(numbers(kept.find(2, 1, 99, 1)), (Numbers{{2, 3}}));
    EXPECT_TRUE(kept.find(1, 1, 99, 10).empty());
    EXPECT_TRUE(kept.find(2, 5, 4, 10).empty());
}

class MemoryTest : public testing::Test {
protected:
    void SetUp() override { std::filesystem::remove(file_); }
    void TearDown() override { std::filesystem::remove(file_); }
    const std::string file_ =
        (std::filesystem::temp_directory_path() / ("quittance-memory-" + std::to_string(getpid()))).string();
};

TEST_F(MemoryTest, KnowsAfterAnEndWhatWasNotConfirmedAndWhatIsLeftToDo) {
    {
        Memory memory{file_};
        EXPECT_EQ(memory.of("press-07").boot, 0);
        memory.boots("press-07", 4);
        for (int seq = 1; seq <= 3; ++seq) memory.says("press-07", message(4, seq));
        memory.forgets("press-07", 4, 2);
        memory.works("press-07", {"cmd_1", "wo_1", "PN-88", "C", "H87", 5 * kMicro, 5 * kMicro});
        memory.works("press-07", {"cmd_1", "wo_1", "PN-88", "C", "H87", 5 * kMicro, 2 * kMicro});
        memory.boots("press-08", 9);
    }
    for (int time = 0; time < 2; ++time) {  // the second reads what the first tidied
        const Memory memory{file_};
        const auto& press = memory.of("press-07");
        EXPECT_EQ(press.boot, 4);
        EXPECT_EQ(numbers(press.unconfirmed.first(10)), (Numbers{{4, 3}}));
        EXPECT_EQ(press.jobs.at("cmd_1").left, 2 * kMicro);
        EXPECT_EQ(press.jobs.at("cmd_1").work_order, "wo_1");
        EXPECT_EQ(memory.of("press-08").boot, 9);
    }
}

TEST_F(MemoryTest, ALineThatAKillLeftHalfWrittenDisturbsNoOther) {
    std::ofstream{file_} << R"({"machine":"press-07","boot":4})"
                         << "\n"
                         << R"({"machine":"press-07","boo)";
    {
        Lines lines{file_};
        lines.write({{"machine", "press-08"}, {"boot", 7}});
    }
    const Memory memory{file_};
    EXPECT_EQ(memory.of("press-07").boot, 4);
    EXPECT_EQ(memory.of("press-08").boot, 7);
}

}  // namespace
