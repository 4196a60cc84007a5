#include "quittance/factory/machine.hpp"

#include <gtest/gtest.h>

#include <set>

#include "quittance/factory/faults.hpp"

namespace {

using namespace quittance::factory;
using Json = core::json::Value;

const Place kPlace{"lyon", "pressing", "line-1", "press-07"};

Machine machine(std::uint64_t seed = 1) {
    Machine made{kPlace, {{"PN-88", "C"}, {"PN-89", ""}}, seed};
    made.start(5);
    return made;
}
Json next(Machine& from, Machine::Work work = Machine::Work::any) {
    return Json::parse(from.next(core::now(), work).payload);
}
Job job(std::string id, int quantity) {
    return {std::move(id), "wo_1", "PN-90", "B", "H87", quantity * kMicro, quantity * kMicro};
}

TEST(Machine, NumbersItsMessagesFromOneWithinABoot) {
    auto press = machine();
    for (const int boot : {5, 6}) {
        press.start(boot);
        for (int seq = 1; seq <= 100; ++seq) {
            const auto message = press.next(core::now());
            const auto json = Json::parse(message.payload);
            EXPECT_EQ(message.boot, boot);
            EXPECT_EQ(message.seq, seq);
            EXPECT_EQ(json.at("boot"), boot);
            EXPECT_EQ(json.at("seq"), seq);
            EXPECT_EQ(json.at("machine"), "press-07");
            EXPECT_EQ(json.at("type"), message.type);
        }
    }
}

TEST(Machine, CountsInTotalsThatNeverFallUntilItBoots) {
    auto press = machine();
    std::map<std::string, double> totals;
    for (int i = 0; i < 2000; ++i) {
        const auto json = next(press);
        if (json.at("type") != "production-count") continue;
        auto& before = totals[json.at("data").at("part").dump()];
        const auto good = json.at("data").at("good_total").get<double>();
        EXPECT_GT(good, before);
        before = good;
    }
    EXPECT_EQ(totals.size(), 2U);
    press.start(6);
    for (auto json = next(press);; json = next(press)) {
        if (json.at("type") != "production-count") continue;
        EXPECT_LE(json.at("data").at("good_total").get<double>(), 5);
        break;
    }
}

TEST(Machine, SaysEveryTypeThereIsAndComesUpAfterItWentDown) {
    auto press = machine();
    std::set<std::string> types;
    bool down = false;
    for (int i = 0; i < 2000; ++i) {
        const auto json = next(press);
        types.insert(json.at("type").text());
        const bool is_downtime = json.at("type") == "downtime";
        EXPECT_TRUE(!down || is_downtime);
        if (is_downtime) down = json.at("data").at("state") == "down";
    }
    EXPECT_EQ(types, (std::set<std::string>{"production-count", "material-consumed", "part-reference",
                                            "supply-received", "stock-level", "quality", "downtime"}));
}

TEST(Machine, MakesWhatItIsToldToInAFewStepsAndNoMore) {
    for (const int quantity : {1, 3, 4, 10, 103}) {
        auto press = machine();
        ASSERT_TRUE(press.take(job("cmd_1", quantity)));
        double good = 0;
        int steps = 0;
        while (press.has_work()) {
            const auto json = next(press, Machine::Work::jobs);
            if (press.worked_on() == nullptr) continue;
            EXPECT_EQ(json.at("data").at("work_order"), "wo_1");
            EXPECT_EQ(json.at("data").at("part"), "PN-90");
            EXPECT_EQ(json.at("data").at("rev"), "B");
            good = json.at("data").at("good_total").get<double>();
            ++steps;
        }
        EXPECT_EQ(good, quantity);
        EXPECT_LE(steps, 7);
    }
}

TEST(Machine, MakesOnlyWhatIsLeftAfterItRebooted) {
    auto press = machine();
    press.take(job("cmd_1", 8));
    double made = 0;
    while (press.has_work()) {
        const auto json = next(press, Machine::Work::jobs);
        if (press.worked_on() == nullptr) continue;
        made += json.at("data").at("good_total").get<double>();
        press.start(press.boot() + 1);
    }
    EXPECT_EQ(made, 8);
}

TEST(Machine, DoesAJobOnceHoweverOftenItIsTold) {
    auto press = machine();
    EXPECT_TRUE(press.take(job("cmd_1", 2)));
    EXPECT_FALSE(press.take(job("cmd_1", 2)));
    while (press.has_work()) next(press, Machine::Work::jobs);
    EXPECT_FALSE(press.take(job("cmd_1", 2)));
    EXPECT_FALSE(press.has_work());
}

TEST(Machine, SaysTheSameAgainFromTheSameSeed) {
    const auto data = [](std::uint64_t seed) {
        auto press = machine(seed);
        Json all;
        for (int i = 0; i < 50; ++i) all.push_back(next(press).at("data"));
        return all;
    };
    EXPECT_EQ(data(7), data(7));
    EXPECT_NE(data(7), data(8));
}

TEST(Machine, AStrayTakesNoNumberAndAnUnsoundMessageDoes) {
    auto press = machine();
    std::set<std::string> verdicts;
    for (int i = 0; i < 100; ++i) verdicts.insert(press.stray(core::now()).verdict);
    EXPECT_EQ(verdicts, (std::set<std::string>{"bad_json", "identity_mismatch", "too_large"}));
    EXPECT_EQ(press.unsound(core::now()).seq, 1);
    EXPECT_EQ(press.next(core::now()).seq, 2);
}

TEST(Place, IsFourLevelsWithoutWildcards) {
    EXPECT_EQ(Place::parse("lyon/pressing/line-1/press-07").value().topic(),
              "factory/v1/lyon/pressing/line-1/press-07");
    for (const auto* text : {"", "a/b/c", "a/b/c/", "a/b/c/d/e", "a//c/d", "a/+/c/d", "a/b/c/#"})
        EXPECT_FALSE(Place::parse(text)) << text;
}

TEST(Share, IsAPercentageOrAFraction) {
    EXPECT_DOUBLE_EQ(parse_share("1%").value(), 0.01);
    EXPECT_DOUBLE_EQ(parse_share("0.1%").value(), 0.001);
    EXPECT_DOUBLE_EQ(parse_share("0.25").value(), 0.25);
    EXPECT_DOUBLE_EQ(parse_share("0").value(), 0);
    for (const auto* text : {"", "%", "x", "1x", "-1%", "101%", "1.5", "nan"})
        EXPECT_FALSE(parse_share(text)) << text;
}

TEST(Fate, ComesAsOftenAsTheOddsSay) {
    Random random{1};
    std::map<Fate, int> fates;
    for (int i = 0; i < 10'000; ++i)
        ++fates[draw_fate({.duplicates = 0.1, .gaps = 0.1, .reorder = 0.1}, random)];
    EXPECT_NEAR(fates[Fate::withheld], 1000, 150);
    EXPECT_NEAR(fates[Fate::late], 900, 150);
    EXPECT_NEAR(fates[Fate::twice], 810, 150);
    EXPECT_EQ(draw_fate({}, random), Fate::sent);
}

}  // namespace
