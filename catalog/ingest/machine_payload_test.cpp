#include "catalog/ingest/machine_payload.hpp"

#include <gtest/gtest.h>

namespace {

using namespace catalog;

const std::string kText = "factory/v1/lyon/pressing/line-1/press-07/evt/production-count";

TEST(Topic, IsTakenApart) {
    const auto topic = Topic::parse(kText);
    ASSERT_TRUE(topic);
    EXPECT_EQ(topic->of_machine, "factory/v1/lyon/pressing/line-1/press-07");
    EXPECT_EQ(topic->machine, "press-07");
    EXPECT_EQ(topic->type, "production-count");
    const auto state = Topic::parse("factory/v1/lyon/pressing/line-1/press-07/state");
    ASSERT_TRUE(state);
    EXPECT_EQ(state->of_machine, "factory/v1/lyon/pressing/line-1/press-07");
    EXPECT_EQ(state->type, "");
}

TEST(Topic, IsRefusedWhereItIsNoMachinesEventOrState) {
    for (const auto* text :
         {"", "factory/v1/", "factory/v1/lyon/pressing/line-1/press-07",
          "factory/v1/lyon/pressing/line-1/press-07/", "factory/v1/lyon/pressing/line-1/press-07/evt",
          "factory/v1/lyon/pressing/line-1/press-07/evt/", "factory/v1/lyon/pressing/line-1/press-07/evt/a/b",
          "factory/v1/lyon/pressing/line-1/press-07/cmd/produce",
          "factory/v1/lyon//line-1/press-07/evt/quality",
          "factory/v2/lyon/pressing/line-1/press-07/evt/quality",
          "factory/v1/lyon/pressing/line-1/press-07/state/x"}) {
        EXPECT_FALSE(Topic::parse(text)) << text;
    }
}

const auto kNow = core::parse_rfc3339("2026-11-21T05:50:00Z").value();

std::variant<MachineEvent, Refusal> read(const std::string& payload) {
    return read_event(Topic::parse(kText).value(), payload, kNow);
}

TEST(KnownType, IsOneOfABoundedNumber) {
    const auto known = [](const std::string& end) {
        return known_type("factory/v1/lyon/pressing/line-1/press-07/" + end);
    };
    EXPECT_EQ(known("evt/production-count"), "production-count");
    EXPECT_EQ(known("state"), "state");
    for (const auto* end : {"evt/invented", "evt/", "", "ack"}) EXPECT_EQ(known(end), "other") << end;
    for (const auto type : kKnownTypes) {
        if (type == "state" || type == "other") continue;
        EXPECT_EQ(known("evt/" + std::string{type}), type);
    }
}

TEST(Event, IsReadAsTheTopicSays) {
    const auto read_one = read(R"({"v":1,"id":"018f","machine":"press-07","boot":412,"seq":90211,
        "ts":"2026-11-21T05:47:52.308Z","type":"production-count","extra":[],
        "data":{"work_order":"WO-1", "part":"PN-88","rev":"C","good_total":1204,"scrap_total":7.5,"unit":"H87"}})");
    ASSERT_TRUE(std::holds_alternative<MachineEvent>(read_one));
    const auto& event = std::get<MachineEvent>(read_one);
    EXPECT_EQ(event.boot, 412);
    EXPECT_EQ(event.seq, 90211);
    const auto& count = std::get<ProductionCount>(event.data);
    EXPECT_EQ(count.part, "PN-88");
    EXPECT_EQ(count.revision, "C");
    EXPECT_EQ(count.work_order, "WO-1");
    EXPECT_EQ(count.good_total, Quantity::of(1204));
    EXPECT_EQ(count.scrap_total.micro(), 7'500'000);
    EXPECT_EQ(
        event.data_text,
        R"({"work_order":"WO-1","part":"PN-88","rev":"C","good_total":1204,"scrap_total":7.5,"unit":"H87"})");
}

TEST(Event, NamesEveryFaultAtOnceAndItsNumberWhereItCanBeRead) {
    const auto refused = std::get<Refusal>(read(
        R"({"v":2,"machine":"press-07","boot":1,"seq":-1,"ts":"2026-11-22T05:47:52Z","type":"x","data":[]})"));
    EXPECT_EQ(refused.verdict, MessageOutcome::schema_violation);
    EXPECT_EQ(refused.reason,
              "v must be 1; seq must be a whole number from 0 to 9007199254740991; ts is in the future; type "
              "must be "
              "the topic's, production-count; data must be an object");
    EXPECT_EQ(refused.boot, 1);
    EXPECT_FALSE(refused.seq);
}

TEST(Event, OfAnotherMachineSaysNothingOfItsNumber) {
    const auto refused = std::get<Refusal>(read(R"({"v":1,"machine":"press-08","boot":1,"seq":1})"));
    EXPECT_EQ(refused.verdict, MessageOutcome::identity_mismatch);
    EXPECT_FALSE(refused.boot);
}

TEST(State, IsOnlineOrOffline) {
    EXPECT_TRUE(std::get<StateReport>(read_state(R"({"state":"online","boot":3})")).online);
    EXPECT_FALSE(std::get<StateReport>(read_state(R"({"state":"offline"})")).online);
    EXPECT_EQ(std::get<Refusal>(read_state(R"({"state":"asleep"})")).verdict,
              MessageOutcome::schema_violation);
    EXPECT_EQ(std::get<Refusal>(read_state("online")).verdict, MessageOutcome::bad_json);
}

}  // namespace
