#include "core/clock.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace core {
namespace {

TEST(Time, IsReadInAnyOffset) {
    struct Case {
        const char* text;
        const char* utc;
    };
    for (const auto& [text, utc] : {
             Case{"2026-11-21T05:47:52Z", "2026-11-21T05:47:52.000000Z"},
             Case{"2026-11-21t05:47:52z", "2026-11-21T05:47:52.000000Z"},
             Case{"2026-11-21 05:47:52.5Z", "2026-11-21T05:47:52.500000Z"},
             Case{"2026-11-21T05:47:52.308123999Z", "2026-11-21T05:47:52.308123Z"},
             Case{"2026-11-21T05:47:52+02:30", "2026-11-21T03:17:52.000000Z"},
             Case{"2026-11-21T05:47:52-00:00", "2026-11-21T05:47:52.000000Z"},
             Case{"2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000Z"},
             Case{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"},
             Case{"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
             Case{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
             Case{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},  // a leap second
         }) {
        const auto time = parse_rfc3339(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(to_rfc3339(*time), utc) << text;
    }
}

TEST(Time, RefusesWhatIsNotRfc3339) {
    for (const auto* text : {
             "",
             "2026",
             "2026-11-21",
             "2026-11-21T05:47Z",
             "2026-11-21T05:47:52",
             "2026-13-01T00:00:00Z",
             "2026-02-29T00:00:00Z",
             "2026-04-31T00:00:00Z",
             "2026-00-01T00:00:00Z",
             "2026-01-00T00:00:00Z",
             "2026-11-21T24:00:00Z",
             "2026-11-21T05:60:00Z",
             "2026-11-21T05:47:61Z",
             "2026-11-21T05:47:52.Z",
             "2026-11-21T05:47:52.1234567890Z",
             "2026-11-21T05:47:52+2:30",
             "2026-11-21T05:47:52+24:00",
             "2026-11-21T05:47:52+00:60",
             "2026-11-21T05:47:52Zx",
             "26-11-21T05:47:52Z",
             "2026-11-21T05:47:52 Z",
             "+2026-11-21T05:47:52Z",
             "2026/11/21T05:47:52Z",
         }) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

TEST(Time, IsReadBackAsWritten) {
    const bool holds = rc::check([] {
        const auto us = *rc::gen::inRange<std::int64_t>(-62'135'596'800'000'000,
                                                        253'402'300'800'000'000);  // years 1 to 9999
        RC_ASSERT(parse_rfc3339(to_rfc3339(from_unix_us(us))) == from_unix_us(us));
    });
    EXPECT_TRUE(holds);
}

TEST(Time, RoundsSecondsDownAlsoBefore1970) {
    EXPECT_EQ(to_unix_s(from_unix_us(1'999'999)), 1);
    EXPECT_EQ(to_unix_s(from_unix_us(-1)), -1);
    EXPECT_EQ(to_unix_us(from_unix_s(-2)), -2'000'000);
}

}  // namespace
}  // namespace core
