#include "mqtt-bridge/instance_claim.hpp"

#include <gtest/gtest.h>

namespace mqtt_bridge {
namespace {

Claim claim(const char* instance, std::int64_t since_s) {
    return {instance, core::from_unix_s(since_s)};
}

TEST(Claim, TheLaterStartServes) {
    EXPECT_TRUE(claim("a", 2).newer_than(claim("b", 1)));
    EXPECT_FALSE(claim("b", 1).newer_than(claim("a", 2)));
}

TEST(Claim, OfTwoStartsAtOnceExactlyOneServes) {
    EXPECT_TRUE(claim("b", 1).newer_than(claim("a", 1)));
    EXPECT_FALSE(claim("a", 1).newer_than(claim("b", 1)));
}

TEST(Claim, NoneIsNewerThanItself) {
    EXPECT_FALSE(claim("a", 1).newer_than(claim("a", 1)));
}

TEST(Claim, IsReadAsItWasWritten) {
    const auto mine = Claim::make();
    EXPECT_EQ(claim_from_json(to_json(mine)), mine);
}

TEST(Claim, WhatIsNoClaimIsNone) {
    for (const auto* text : {"", "{}", "[]", R"({"instance":"a"})", R"({"instance":"a","since":"today"})",
                             R"({"instance":7,"since":"2026-11-21T05:47:52Z"})"}) {
        EXPECT_FALSE(claim_from_json(text)) << text;
    }
}

}  // namespace
}  // namespace mqtt_bridge
