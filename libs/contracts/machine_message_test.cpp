#include "contracts/machine_message.hpp"

#include <gtest/gtest.h>

namespace {

using namespace contracts;

const std::string kTopic = "factory/v1/lyon/pressing/line-1/press-07";

MachineMessage message(std::string payload) {
    return {kTopic + "/evt/quality",
            std::move(payload),
            {},
            false,
            core::parse_rfc3339("2026-11-21T05:47:52.308123Z").value()};
}

TEST(MachineEventWire, CarriesEveryByteOfAPayload) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    for (std::size_t cut = 0; cut < 4; ++cut) {
        const auto sent = message(bytes.substr(cut));
        const auto read = machine_messages_from_json(machine_messages_to_json({&sent, 1}));
        ASSERT_TRUE(read);
        EXPECT_EQ(read->front().payload, sent.payload);
        EXPECT_EQ(read->front().topic, sent.topic);
        EXPECT_EQ(read->front().received_at, sent.received_at);
        EXPECT_FALSE(read->front().retained);
        EXPECT_FALSE(read->front().size_of_cut);
    }
}

TEST(MachineEventWire, CarriesAnEmptyPayloadAndAnEmptyList) {
    const auto empty = message("");
    EXPECT_EQ(machine_messages_from_json(machine_messages_to_json({&empty, 1}))->front().payload, "");
    EXPECT_TRUE(machine_messages_from_json(machine_messages_to_json({}))->empty());
}

TEST(MachineEventWire, SaysThatAMessageWasRetainedAndHowLargeACutOneWas) {
    auto sent = message("head");
    sent.retained = true;
    sent.size_of_cut = 1'000'000;
    const auto read = machine_messages_from_json(machine_messages_to_json({&sent, 1}));
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->front().retained);
    EXPECT_EQ(read->front().size_of_cut, 1'000'000U);
}

TEST(MachineEventWire, RefusesWhatIsNoListOfMessages) {
    for (const auto* text :
         {"", "[]", "{}", R"({"events":[{}]})",
          R"({"events":[{"topic":"a","payload":"?","received_at":"2026-11-21T05:47:52Z"}]})",
          R"({"events":[{"topic":"a","payload":"","received_at":"today"}]})"}) {
        EXPECT_EQ(machine_messages_from_json(text).error().kind, core::Kind::malformed) << text;
    }
    const std::vector<MachineMessage> many(kMaxMachineMessages + 1, message("{}"));
    EXPECT_EQ(machine_messages_from_json(machine_messages_to_json(many)).error().kind, core::Kind::invalid);
}

TEST(MachineEventWire, CarriesVerdictsAndAcks) {
    const MachineAnswer answer{{std::begin(kVerdicts), std::end(kVerdicts)}, {{kTopic, 412, 90211, 90200}}};
    const auto read = machine_answer_from_json(machine_answer_to_json(answer));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->verdicts, answer.verdicts);
    ASSERT_EQ(read->acks.size(), 1U);
    EXPECT_EQ(read->acks[0].topic, kTopic);
    EXPECT_EQ(read->acks[0].boot, 412);
    EXPECT_EQ(read->acks[0].seq, 90211);
    EXPECT_EQ(read->acks[0].complete_to, 90200);
    EXPECT_FALSE(machine_answer_from_json(R"({"verdicts":["fine"],"acks":[]})"));
}

TEST(MachineEventWire, CarriesCommandsAndTheRequestForThem) {
    const CommandRequest asked{{"factory/v1/lyon/"}, {"cmd_1", "cmd_2"}};
    const auto request = command_request_from_json(command_request_to_json(asked));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->scopes, asked.scopes);
    EXPECT_EQ(request->published, asked.published);

    const MachineCommand sent{"cmd_1", kTopic + "/cmd/produce", R"({"quantity":5})"};
    const auto commands = machine_commands_from_json(machine_commands_to_json({&sent, 1}));
    ASSERT_TRUE(commands);
    EXPECT_EQ(commands->front().id, sent.id);
    EXPECT_EQ(commands->front().topic, sent.topic);
    EXPECT_EQ(commands->front().payload, sent.payload);
}

}  // namespace
