#include "mqtt-bridge/topic_scope.hpp"

#include <gtest/gtest.h>

namespace mqtt_bridge {
namespace {

using Filters = std::vector<std::string>;

TEST(TopicScope, LevelsThatAreNotNamedAreAny) {
    EXPECT_EQ(TopicScope::parse("factory/v1")->filters(),
              (Filters{"factory/v1/+/+/+/+/evt/#", "factory/v1/+/+/+/+/state"}));
    EXPECT_EQ(TopicScope::parse("factory/v1/lyon/pressing")->filters(),
              (Filters{"factory/v1/lyon/pressing/+/+/evt/#", "factory/v1/lyon/pressing/+/+/state"}));
    EXPECT_EQ(TopicScope::parse("factory/v1/a/b/c/press-07")->filters(),
              (Filters{"factory/v1/a/b/c/press-07/evt/#", "factory/v1/a/b/c/press-07/state"}));
}

TEST(TopicScope, ItsPrefixEndsInASlashSoThatLyonIsNotLyon2) {
    EXPECT_EQ(TopicScope::parse("factory/v1/lyon")->prefix(), "factory/v1/lyon/");
}

TEST(TopicScope, WhatIsNoBeginningOfAMachinesTopicIsRefused) {
    for (const auto* text :
         {"", "factory", "factory/v2", "factory/v10", "/factory/v1", "factory/v1/", "factory/v1//a",
          "factory/v1/+", "factory/v1/#", "factory/v1/a/b/c/d/evt", "factory/v1/a\nb", "#"}) {
        EXPECT_FALSE(TopicScope::parse(text)) << text;
    }
}

TEST(TopicScope, TwoOverlapWhenOneHoldsTheOther) {
    const auto overlap = [](const char* a, const char* b) {
        return TopicScope::parse(a)->overlaps(*TopicScope::parse(b));
    };
    EXPECT_TRUE(overlap("factory/v1", "factory/v1/lyon"));
    EXPECT_TRUE(overlap("factory/v1/lyon/pressing", "factory/v1/lyon"));
    EXPECT_TRUE(overlap("factory/v1/lyon", "factory/v1/lyon"));
    EXPECT_FALSE(overlap("factory/v1/lyon", "factory/v1/lyon2"));
    EXPECT_FALSE(overlap("factory/v1/lyon/pressing", "factory/v1/lyon/painting"));
}

}  // namespace
}  // namespace mqtt_bridge
