#include "quittance/factory/expectation.hpp"

#include <gtest/gtest.h>

namespace {

using namespace quittance::factory;
using Json = core::json::Value;

class Recorded : public Record {
public:
    Recorded& say(const char* machine, std::int64_t boot, std::int64_t seq, const char* type, Json data,
                  const char* verdict = "ok") {
        machines[machine].emplace(std::pair{boot, seq},
                                  RecordedMessage{boot, seq, type, verdict, std::move(data)});
        return *this;
    }
    Recorded& count(const char* machine, std::int64_t boot, std::int64_t seq, int good,
                    Json work_order = nullptr, const char* verdict = "ok") {
        return say(machine, boot, seq, "production-count",
                   {{"part", "PN-88"},
                    {"rev", nullptr},
                    {"work_order", std::move(work_order)},
                    {"good_total", good},
                    {"unit", "H87"}},
                   verdict);
    }
};

TEST(Expected, TheGreatestTotalOfEachCounterCountsAndCountersAddUp) {
    Recorded record;
    record.count("a", 1, 1, 3).count("a", 1, 2, 7).count("a", 2, 1, 2).count("b", 1, 1, 10);
    record.count("b", 1, 2, 4, "wo_1").count("b", 2, 1, 1, "wo_1");
    const auto expected = expect(record);
    EXPECT_EQ(expected.parts.at("PN-88"), (7 + 2 + 10 + 4 + 1) * kMicro);
    EXPECT_EQ(expected.work_orders, (std::map<std::string, Micro>{{"wo_1", 5 * kMicro}}));
    EXPECT_EQ(expected.machines.at("a").boot, 2);
    EXPECT_EQ(expected.machines.at("a").last_seq, 1);
}

TEST(Expected, WhatCanNotBeTakenInCountsAsADeadLetterOnly) {
    Recorded record;
    record.count("a", 1, 1, 3).count("a", 1, 2, 900, nullptr, "unit_unknown");
    record.strays["a"]["bad_json"] = 2;
    const auto expected = expect(record);
    EXPECT_EQ(expected.parts.at("PN-88"), 3 * kMicro);
    EXPECT_EQ(expected.machines.at("a").last_seq, 2);
    EXPECT_EQ(expected.machines.at("a").dead_letters,
              (std::map<std::string, int>{{"bad_json", 2}, {"unit_unknown", 1}}));
}

TEST(Expected, MaterialIsWhatThereWasAndCameLessWhatWasUsedUp) {
    Recorded record;
    record.baseline = {{"material:STEEL", 2}, {"part:PN-1", 5}};
    record.say("a", 1, 1, "supply-received", {{"material", "STEEL"}, {"quantity", 100}, {"unit", "KGM"}});
    record.say("a", 1, 2, "material-consumed", {{"material", "STEEL"}, {"quantity", 250}, {"unit", "GRM"}});
    record.say("b", 1, 1, "material-consumed", {{"material", "STEEL"}, {"quantity", 1.5}, {"unit", "KGM"}});
    const auto expected = expect(record);
    EXPECT_EQ(expected.materials.at("STEEL"), micro_of(100.25));
    EXPECT_EQ(expected.parts.at("PN-1"), 5 * kMicro);
}

TEST(Expected, TheLastLevelCounts) {
    Recorded record;
    record.baseline = {{"material:TANK", 999}};
    record.say("a", 1, 9, "stock-level", {{"material", "TANK"}, {"on_hand", 50}, {"unit", "LTR"}});
    record.say("a", 2, 1, "stock-level", {{"material", "TANK"}, {"on_hand", 40}, {"unit", "LTR"}});
    EXPECT_EQ(expect(record).materials.at("TANK"), 40 * kMicro);
}

}  // namespace
