#include "mqtt-bridge/instance_claim.hpp"

#include <gtest/gtest.h>

namespace mqtt_bridge {
namespace {

InstanceClaim claim(const char* instance, std::int64_t since_s) {
    return {instance, core::from_unix_s(since_s)};
}

TEST(InstanceClaim, TheLaterStartServes) {
    EXPECT_TRUE(claim("a", 2).newer_than(claim("b", 1)));
    EXPECT_FALSE(claim("b", 1).newer_than(claim("a", 2)));
}

TEST(InstanceClaim, OfTwoStartsAtOnceExactlyOneServes) {
    EXPECT_TRUE(claim("b", 1).newer_than(claim("a", 1)));
    EXPECT_FALSE(claim("a", 1).newer_than(claim("b", 1)));
}

TEST(InstanceClaim, NoneIsNewerThanItself) {
    EXPECT_FALSE(claim("a", 1).newer_than(claim("a", 1)));
}

TEST(InstanceClaim, IsReadAsItWasWritten) {
    const auto mine = InstanceClaim::make();
    EXPECT_EQ(claim_from_json(to_json(mine)), mine);
}

TEST(InstanceClaim, WhatIsNoClaimIsNone) {
    for (const auto* text : {"", "{}", "[]", R"({"instance":"a"})", R"({"instance":"a","since":"today"})",
                             R"({"instance":7,"since":"2026-11-21T05:47:52Z"})"}) {
        EXPECT_FALSE(claim_from_json(text)) << text;
    }
}

}  // namespace
}  // namespace mqtt_bridge
