#include "base/subscription.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"

namespace base {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kTypes[] = {"order.created", "order.paid"};

struct Case {
    const char* pattern;
    const char* type;
    bool means;
};
constexpr Case kCases[] = {
    {"order.paid", "order.paid", true},     {"order.paid", "order.paid.late", false},
    {"order.paid", "order.pai", false},     {"order.*", "order.paid", true},
    {"order.*", "order", false},            {"order.*", "orders.paid", false},
    {"*", "order.paid", true},              {"*.paid", "order.paid", false},
    {"order.p*", "order.paid", false},      {"", "order.paid", false},
};

TEST(Subscription, IsToldOfWhatItsPatternsMean) {
    for (const auto& [pattern, type, expected] : kCases) {
        EXPECT_EQ(means(pattern, type), expected) << pattern << " " << type;
    }
}

TEST(Subscription, IsReadWithAllItsFaultsAtOnce) {
    const auto read = [](const char* text) {
        return read_subscription(json::Value::parse(text), kTypes);
    };
    const auto good = read(R"({"url":"https://a.example/","types":["order.*"]})");
    ASSERT_TRUE(good);
    EXPECT_TRUE(good->enabled);
    for (const auto* bad : {R"({})", R"({"url":"https://a.example/"})", R"({"url":"https://a.example/","types":[]})",
                            R"({"url":"https://a.example/","types":["client.*"]})",
                            R"({"url":"https://a.example/","types":["order.paid","mail.requested"]})",
                            R"({"url":"https://a.example/","types":["*"],"secret":"whsec_x"})",
                            R"({"url":7,"types":"*"})"}) {
        EXPECT_FALSE(read(bad)) << bad;
    }
    EXPECT_EQ(read(R"({"types":["no","order.no"],"x":1})").error().fields.size(), 4U);
}

TEST(Subscription, IsTriedAgainByItsScheduleAndNotBeforeTheSubscriberAsks) {
    const std::chrono::milliseconds schedule[] = {5s, 30s, 120s};
    EXPECT_EQ(retry_after(schedule, 1, {}, 0.5), 5s);
    EXPECT_EQ(retry_after(schedule, 2, {}, 0.5), 30s);
    EXPECT_EQ(retry_after(schedule, 9, {}, 0.5), 120s);
    EXPECT_EQ(retry_after(schedule, 1, {}, 0.0), 4s);
    EXPECT_EQ(retry_after(schedule, 1, {}, 1.0), 6s);
    EXPECT_EQ(retry_after(schedule, 1, 60s, 0.5), 60s);
    EXPECT_EQ(retry_after(schedule, 2, 1s, 0.5), 30s);
    EXPECT_EQ(retry_after(schedule, 1, 100h, 0.5), 24h);
}

TEST(Subscription, HasASecretOfThirtyTwoBytesOfItsOwn) {
    const auto secret = new_webhook_secret();
    EXPECT_TRUE(secret.starts_with("whsec_"));
    EXPECT_EQ(from_base64(secret.substr(6)).value().size(), 32U);
    EXPECT_NE(secret, new_webhook_secret());
}

TEST(Subscription, ShowsNoBytesThatHurt) {
    EXPECT_EQ(printable("thanks, très bien"), "thanks, très bien");
    EXPECT_EQ(printable("a\nb\tc"), "a b c");
    EXPECT_EQ(printable(std::string{"\0\x1b[31m\xff", 7}), "??[31m?");
}

}  // namespace
}  // namespace base
