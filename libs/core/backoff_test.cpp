#include "core/backoff.hpp"

#include <gtest/gtest.h>

namespace core {
namespace {

using namespace std::chrono_literals;

constexpr Backoff::Config kConfig{100ms, 1000ms};

TEST(Backoff, doubles_up_to_its_maximum) {
    for (const auto& [attempts, wait] :
         {std::pair{0, 100ms}, {1, 100ms}, {2, 200ms}, {4, 800ms}, {5, 1000ms}}) {
        EXPECT_EQ(exponential_wait(kConfig, attempts), wait) << attempts;
    }
    EXPECT_EQ(exponential_wait(kConfig, 1'000'000), 1000ms);
}

TEST(Backoff, waits_between_half_and_all_until_a_success) {
    Backoff backoff{kConfig};
    for (const auto whole : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
        const auto wait = backoff.next();
        EXPECT_GE(wait, whole / 2);
        EXPECT_LE(wait, whole);
    }
    backoff.reset();
    EXPECT_LE(backoff.next(), 100ms);
}

TEST(Backoff, jitter_keeps_to_its_percentages) {
    for (int i = 0; i < 1000; ++i) {
        const auto wait = with_jitter(400ms, 75, 125);
        EXPECT_GE(wait, 300ms);
        EXPECT_LE(wait, 500ms);
    }
}

}  // namespace
}  // namespace core
