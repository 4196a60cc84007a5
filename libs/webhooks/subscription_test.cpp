#include "webhooks/subscription.hpp"

#include <gtest/gtest.h>

namespace webhooks {
namespace {

constexpr std::string_view kTypes[] = {"order.created", "order.paid"};

TEST(Subscription, IsToldOfWhatItsPatternsMeanAndOfNothingThatStaysInside) {
    using Types = std::vector<std::string_view>;
    const auto of = [](std::vector<std::string> patterns) { return meant(patterns, kTypes); };
    EXPECT_EQ(of({"order.*"}), (Types{"order.created", "order.paid"}));
    EXPECT_EQ(of({"*"}), (Types{"order.created", "order.paid"}));
    EXPECT_EQ(of({"order.paid", "order.*"}), (Types{"order.created", "order.paid"}));
    EXPECT_EQ(of({"order.paid"}), Types{"order.paid"});
    for (const auto* other :
         {"order", "order.", "orders.*", "order.pai", "*.paid", "order.p*", "mail.requested", ""}) {
        EXPECT_EQ(of({other}), Types{}) << other;
    }
}

TEST(Subscription, IsReadWithAllItsFaultsAtOnce) {
    const auto read = [](const char* text) {
        return read_subscription(core::json::Value::parse(text), kTypes);
    };
    const auto good = read(R"({"url":"https://a.example/","types":["order.*"]})");
    ASSERT_TRUE(good);
    EXPECT_TRUE(good->enabled);
    for (const auto* bad :
         {R"({})", R"({"url":"https://a.example/"})", R"({"url":"https://a.example/","types":[]})",
          R"({"url":"https://a.example/","types":["client.*"]})",
          R"({"url":"https://a.example/","types":["order.paid","mail.requested"]})",
          R"({"url":"https://a.example/","types":["*"],"secret":"whsec_x"})", R"({"url":7,"types":"*"})"}) {
        EXPECT_FALSE(read(bad)) << bad;
    }
    EXPECT_EQ(read(R"({"types":["no","order.no"],"x":1})").error().fields.size(), 4U);
}

}  // namespace
}  // namespace webhooks
