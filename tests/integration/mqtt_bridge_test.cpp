// When PUBACKs leave: pinned with a broker of bytes, because libmosquitto promises none of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "catalog_stand_in.hpp"
#include "fake_broker.hpp"
#include "mqtt-bridge/forward_loop.hpp"

namespace {

using namespace std::chrono_literals;
using namespace testing_mqtt;

constexpr auto kTopic = "factory/v1/lyon/pressing/line-1/press-07/evt/production-count";
constexpr int kFilters = 2;

// The bridge with its own session and catalog calls, between a fake broker and a catalog that does as told.
class MqttBridge : public testing::Test {
protected:
    void SetUp() override { start(2s); }
    void TearDown() override { bridge_.reset(); }

    void start(std::chrono::milliseconds deadline) {
        session_ = std::make_unique<mqtt_bridge::Session>(
            mqtt_bridge::Session::Config{.broker = {.port = broker_.port()},
                                         .client_id = "bridge-of-a-test",
                                         .filters = {"factory/v1/+/+/+/+/evt/+", "factory/v1/+/+/+/+/state"}},
            metrics_);
        mqtt_bridge::CatalogClient::Config config{.client = {.base_url = catalog_.url(), .bearer = "a-token"},
                                                  .deadline = deadline};
        messages_ = std::make_unique<mqtt_bridge::CatalogClient>(config, metrics_);
        bridge_ = std::make_unique<mqtt_bridge::Bridge>(mqtt_bridge::Bridge::Config{.backoff = {10ms, 50ms}},
                                                        *session_, *messages_, metrics_, [](auto) {});
    }
    bool counted(const std::string& series) { return metrics_.scrape().find(series) != std::string::npos; }

    FakeBroker broker_;
    CatalogStandIn catalog_;
    telemetry::Metrics metrics_{"mqtt-bridge"};
    std::unique_ptr<mqtt_bridge::Session> session_;
    std::unique_ptr<mqtt_bridge::CatalogClient> messages_;
    std::unique_ptr<mqtt_bridge::Bridge> bridge_;
};

void publish(Peer& peer, int first, int last, bool again = false) {
    for (int id = first; id <= last; ++id) peer.publish(id, kTopic, std::to_string(id), again);
}

TEST_F(MqttBridge, NotAByteOfAPubackLeavesBeforeCatalogHasAnswered) {
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    catalog_.hold();
    publish(peer, 1, 3);
    catalog_.lists(1);
    EXPECT_TRUE(peer.silent_for(700ms));
    catalog_.release();
    EXPECT_EQ(peer.take_pubacks(3), "1 2 3");
}

TEST_F(MqttBridge, WhatArrivesTogetherIsOneList) {
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    catalog_.hold();
    publish(peer, 1, 1);
    catalog_.lists(1);
    publish(peer, 2, 4);
    std::this_thread::sleep_for(50ms);
    catalog_.release();
    EXPECT_EQ(peer.take_pubacks(4), "1 2 3 4");
    EXPECT_EQ(catalog_.lists(2), "1|2 3 4");
}

TEST_F(MqttBridge, WhatCatalogDidNotTakeIsNotAcknowledgedAndComesAgain) {
    {
        auto peer = broker_.accept();
        peer.welcome(false, kFilters);
        catalog_.answer_with([](const auto&) { return http::Response{503, "{}"}; });
        publish(peer, 1, 3);
        EXPECT_TRUE(peer.at_end());  // and not one byte before
    }
    auto peer = broker_.accept();
    catalog_.answer_with(CatalogStandIn::take);
    peer.welcome(true, kFilters);
    EXPECT_TRUE(peer.silent_for(200ms));  // PUBACKs of the old connection are gone
    publish(peer, 1, 3, true);
    EXPECT_EQ(peer.take_pubacks(3), "1 2 3");
    EXPECT_TRUE(counted("mqtt_bridge_failed_batches_total{service=\"mqtt-bridge\"} 1"));
}

class ImpatientMqttBridge : public MqttBridge {
    void SetUp() override { start(300ms); }
};

TEST_F(ImpatientMqttBridge, HoldsACatalogThatDoesNotAnswerForOneThatDidNotTakeIt) {
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    catalog_.hold();
    publish(peer, 1, 2);
    EXPECT_TRUE(peer.at_end());
    catalog_.release();
    auto next = broker_.accept();
    next.welcome(true, kFilters);
    publish(next, 1, 2, true);
    EXPECT_EQ(next.take_pubacks(2), "1 2");
}

TEST_F(MqttBridge, ALostConnectionDuringACommitAcknowledgesNothingOnTheNext) {
    catalog_.hold();
    {
        auto peer = broker_.accept();
        peer.welcome(false, kFilters);
        publish(peer, 1, 3);
        catalog_.lists(1);
    }
    catalog_.release();
    auto peer = broker_.accept();
    peer.welcome(true, kFilters);
    EXPECT_TRUE(peer.silent_for(300ms));
    publish(peer, 1, 3, true);
    EXPECT_EQ(peer.take_pubacks(3), "1 2 3");
}

TEST_F(MqttBridge, AMessageThatCatalogCantTakeKeepsNoOtherBack) {
    catalog_.answer_with([](const CatalogStandIn::Messages& messages) {
        for (const auto& message : messages) {
            if (message.payload == "poison" && !message.size_of_cut) return http::Response{400, "{}"};
        }
        return CatalogStandIn::take(messages);
    });
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    catalog_.hold();
    publish(peer, 1, 1);
    catalog_.lists(1);
    publish(peer, 2, 5);
    peer.publish(6, kTopic, "poison");
    publish(peer, 7, 9);
    std::this_thread::sleep_for(50ms);
    catalog_.release();
    EXPECT_EQ(peer.take_pubacks(9), "1 2 3 4 5 6 7 8 9");
    EXPECT_TRUE(counted("mqtt_bridge_messages_total{service=\"mqtt-bridge\",verdict=\"ok\"} 9"));
}

TEST_F(MqttBridge, AWrongTokenIsNotTheMessagesFault) {
    catalog_.answer_with([](const auto&) { return http::Response{401, "{}"}; });
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    publish(peer, 1, 2);
    EXPECT_TRUE(peer.at_end());
    EXPECT_EQ(catalog_.lists(1).find('|'), std::string::npos);  // asked once
}

TEST_F(MqttBridge, AnAnswerWithTooFewVerdictsAcknowledgesNothing) {
    catalog_.answer_with([](const auto&) { return http::Response{200, R"({"verdicts":["ok"],"acks":[]})"}; });
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    catalog_.hold();
    publish(peer, 1, 1);
    catalog_.lists(1);
    publish(peer, 2, 3);
    std::this_thread::sleep_for(50ms);
    catalog_.release();
    EXPECT_EQ(peer.take_pubacks(1), "1");
    EXPECT_TRUE(peer.at_end());
}

TEST_F(MqttBridge, AListNeverHasMoreThanCatalogTakes) {
    std::atomic<std::size_t> longest = 0;
    catalog_.answer_with([&](const CatalogStandIn::Messages& messages) {
        longest = std::max(longest.load(), messages.size());
        return CatalogStandIn::take(messages);
    });
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    catalog_.hold();
    publish(peer, 1, 1);
    catalog_.lists(1);
    std::string all;
    for (int id = 2; id <= 1300; ++id) all += publish_packet(id, kTopic, "{}", false);
    peer.send(all);
    std::this_thread::sleep_for(100ms);
    catalog_.release();
    for (int id = 1; id <= 1300; ++id) ASSERT_EQ(peer.take_pubacks(1), std::to_string(id));
    EXPECT_EQ(longest, 500U);
}

TEST_F(MqttBridge, APayloadThatIsTooLargeArrivesAsItsHeadAndSize) {
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    peer.publish(1, kTopic, std::string(1 << 20, 'x'));
    EXPECT_EQ(peer.take_pubacks(1), "1");
    ASSERT_EQ(catalog_.last().size(), 1U);
    EXPECT_EQ(catalog_.last()[0].size_of_cut, 1U << 20);
    EXPECT_EQ(catalog_.last()[0].payload.size(), contracts::kPayloadHeadBytes);
}

TEST_F(MqttBridge, ABrokerThatLostTheSessionIsNoticed) {
    {
        auto peer = broker_.accept();
        peer.welcome(false, kFilters);  // the first time it is no loss
        publish(peer, 1, 1);
        EXPECT_EQ(peer.take_pubacks(1), "1");
        EXPECT_TRUE(counted("mqtt_bridge_sessions_lost_total{service=\"mqtt-bridge\"} 0"));
    }
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    publish(peer, 2, 2);
    EXPECT_EQ(peer.take_pubacks(1), "2");
    EXPECT_TRUE(counted("mqtt_bridge_sessions_lost_total{service=\"mqtt-bridge\"} 1"));
}

TEST_F(MqttBridge, WithoutItsSubscriptionsItIsNotReadyAndTriesAgain) {
    {
        auto peer = broker_.accept();
        peer.welcome(false, 0);
        peer.take_subscriptions(kFilters, 0x87);
        EXPECT_TRUE(peer.at_end());
        EXPECT_FALSE(session_->subscribed());
    }
    auto peer = broker_.accept();
    peer.welcome(true, kFilters);
    publish(peer, 1, 1);
    EXPECT_EQ(peer.take_pubacks(1), "1");
    EXPECT_TRUE(session_->subscribed());
}

TEST_F(MqttBridge, StoppingBringsTheBatchAtHandToItsEnd) {
    auto peer = broker_.accept();
    peer.welcome(false, kFilters);
    catalog_.hold();
    publish(peer, 1, 2);
    catalog_.lists(1);
    bridge_->request_stop();
    EXPECT_TRUE(peer.silent_for(200ms));
    catalog_.release();
    EXPECT_EQ(peer.take_pubacks(2), "1 2");
    bridge_->stop();
    session_.reset();
    EXPECT_TRUE(peer.at_end());
}

}  // namespace
