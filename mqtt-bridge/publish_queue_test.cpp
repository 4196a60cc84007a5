#include "mqtt-bridge/publish_queue.hpp"

#include <gtest/gtest.h>

namespace mqtt_bridge {
namespace {

using Commands = std::vector<contracts::MachineCommand>;
using Ids = std::vector<std::string>;
using namespace std::chrono_literals;

constexpr core::Monotonic kNow{};

contracts::MachineAck ack(const char* topic, std::int64_t seq) {
    return {topic, 1, seq, seq};
}
Commands commands(Ids ids) {
    Commands made;
    for (auto& id : ids) made.push_back({std::move(id), "t/cmd/resend", "{}"});
    return made;
}
Ids ids_of(const Commands& all) {
    Ids ids;
    for (const auto& command : all) ids.push_back(command.id);
    return ids;
}

TEST(PublishQueue, ALaterAckTakesThePlaceOfOneThatWaits) {
    PublishQueue outbox;
    outbox.put({ack("a", 1), ack("b", 1)});
    outbox.put({ack("a", 2)});
    const auto acks = outbox.take_acks(10);
    ASSERT_EQ(acks.size(), 2U);
    EXPECT_EQ(acks[0].topic, "a");
    EXPECT_EQ(acks[0].seq, 2);
    EXPECT_TRUE(outbox.empty());
}

TEST(PublishQueue, AnAckOfALaterBootLeavesThatOfTheEarlierAndComesLast) {
    PublishQueue outbox;
    outbox.put({{"a", 2, 1, 1}});
    outbox.put({{"a", 1, 9, 7}, {"a", 2, 3, 3}});
    const auto acks = outbox.take_acks(1);
    ASSERT_EQ(acks.size(), 2U);
    EXPECT_EQ(acks[0].boot, 1);
    EXPECT_EQ(acks[0].complete_to, 7);
    EXPECT_EQ(acks[1].boot, 2);
    EXPECT_EQ(acks[1].complete_to, 3);
}

TEST(PublishQueue, NoMachineWaitsForEverBehindABusyOne) {
    PublishQueue outbox;
    outbox.put({ack("busy", 1), ack("quiet", 1)});
    EXPECT_EQ(outbox.take_acks(1)[0].topic, "busy");
    outbox.put({ack("busy", 2)});
    EXPECT_EQ(outbox.take_acks(1)[0].topic, "quiet");
}

TEST(PublishQueue, ACommandIsSentOnceUntilCatalogKnows) {
    PublishQueue outbox;
    outbox.put(commands({"cmd_1"}), kNow);
    outbox.put(commands({"cmd_1", "cmd_2"}), kNow);
    EXPECT_EQ(ids_of(outbox.take_commands()), (Ids{"cmd_1", "cmd_2"}));
    outbox.put(commands({"cmd_1"}), kNow);  // catalog does not know yet
    EXPECT_TRUE(outbox.empty());
    EXPECT_TRUE(outbox.to_report().empty());

    outbox.published("cmd_1");
    outbox.put(commands({"cmd_1"}), kNow);
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(outbox.to_report(), (Ids{"cmd_1"}));
    EXPECT_EQ(outbox.to_report(), (Ids{"cmd_1"}));  // again, as the report may fail

    outbox.reported({"cmd_1"});
    EXPECT_TRUE(outbox.to_report().empty());
}

TEST(PublishQueue, ARefusedCommandIsTriedAgainAfterAWhile) {
    PublishQueue outbox;
    outbox.put(commands({"cmd_1"}), kNow);
    outbox.take_commands();
    outbox.refused("cmd_1", kNow);
    outbox.put(commands({"cmd_1"}), kNow + 1s);
    EXPECT_TRUE(outbox.empty());
    outbox.put(commands({"cmd_1"}), kNow + 31s);
    EXPECT_EQ(ids_of(outbox.take_commands()), (Ids{"cmd_1"}));
    EXPECT_TRUE(outbox.to_report().empty());
}

}  // namespace
}  // namespace mqtt_bridge
