#include "mqtt-bridge/batch.hpp"

#include <gtest/gtest.h>

namespace mqtt_bridge {
namespace {

constexpr core::Time kNow{};
const std::string kTopic = "factory/v1/lyon/pressing/line-1/press-07/evt/quality";

TEST(Batch, KeepsWhatCameByteForByte) {
    Batch batch;
    batch.add(kTopic, std::string_view{"a\0\xff", 3}, true, kNow);
    ASSERT_EQ(batch.messages().size(), 1U);
    const auto& message = batch.messages().front();
    EXPECT_EQ(message.topic, kTopic);
    EXPECT_EQ(message.payload, (std::string{"a\0\xff", 3}));
    EXPECT_TRUE(message.retained);
    EXPECT_FALSE(message.size_of_cut);
}

TEST(Batch, APayloadThatIsTooLargeIsKeptAsItsHeadAndSize) {
    Batch batch;
    batch.add(kTopic, std::string(contracts::kMaxPayloadBytes, 'x'), false, kNow);
    batch.add(kTopic, std::string(contracts::kMaxPayloadBytes + 1, 'x'), false, kNow);
    EXPECT_EQ(batch.messages()[0].payload.size(), contracts::kMaxPayloadBytes);
    EXPECT_FALSE(batch.messages()[0].size_of_cut);
    EXPECT_EQ(batch.messages()[1].payload.size(), contracts::kPayloadHeadBytes);
    EXPECT_EQ(batch.messages()[1].size_of_cut, contracts::kMaxPayloadBytes + 1);
}

TEST(Batch, IsFullAtItsMostMessages) {
    Batch batch{3};
    for (int i = 0; i < 2; ++i) batch.add(kTopic, "{}", false, kNow);
    EXPECT_FALSE(batch.full());
    batch.add(kTopic, "{}", false, kNow);
    EXPECT_TRUE(batch.full());
    batch.clear();
    EXPECT_TRUE(batch.empty());
    EXPECT_FALSE(batch.full());
}

TEST(Batch, IsFullBeforeTheBodyThatCarriesItIsTooLong) {
    const std::string topic(65535, '"');
    const std::string payload(contracts::kMaxPayloadBytes, 'x');
    Batch batch;
    while (!batch.full()) batch.add(topic, payload, false, kNow);
    EXPECT_LE(contracts::machine_messages_to_json(batch.messages()).size(), contracts::kMaxListBytes);
}

TEST(Cut, KeepsTheSizeTheMessageHad) {
    contracts::MachineMessage message{
        .topic = kTopic, .payload = "short", .size_of_cut = {}, .received_at = kNow};
    EXPECT_EQ(cut(message).size_of_cut, 5U);
    EXPECT_EQ(cut(message).payload, "short");
    message.payload.assign(contracts::kMaxPayloadBytes, 'x');
    EXPECT_EQ(cut(message).payload.size(), contracts::kPayloadHeadBytes);
    EXPECT_EQ(cut(message).size_of_cut, contracts::kMaxPayloadBytes);
    EXPECT_EQ(cut(cut(message)).size_of_cut, contracts::kMaxPayloadBytes);
}

}  // namespace
}  // namespace mqtt_bridge
