// How failed logins lock an account, and an address, for ever longer. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "core/clock.hpp"

namespace auth {

// Of one account, or one address.
struct Failures {
    int count = 0;
    core::Time locked_until = {};
    core::Time updated_at = {};
};

struct Lockout {
    int free_failures;  // that many change nothing
    std::chrono::milliseconds first;
    std::chrono::milliseconds most;
    static constexpr std::chrono::hours kForgottenAfter{24};

    // How long the lock lasts that failure number `count` brings: none, then first, 2 × first, 4 × first, …
    std::chrono::milliseconds after(int count) const {
        if (count <= free_failures) return std::chrono::milliseconds{0};
        const auto doublings = std::min(count - free_failures - 1, 30);
        return std::min(most, first * (std::int64_t{1} << doublings));
    }

    bool is_locked(const Failures& before, core::Time now) const { return now < before.locked_until; }

    // A try counts as a failure from when it begins, so that many at once are not all free; one that succeeds
    // is taken back. What is tried while locked counts for nothing: nobody can be kept out by trying on.
    Failures charge(const Failures& before, core::Time now) const {
        if (is_locked(before, now)) return before;
        const bool forgotten = now - before.updated_at > kForgottenAfter;
        const auto count = (forgotten ? 0 : before.count) + 1;
        return {count, now + after(count), now};
    }
    // `charged` is what this try had made of it; others may have come in between.
    Failures take_back(const Failures& now_there, const Failures& charged) const {
        auto after = now_there;
        after.count = std::max(0, after.count - 1);
        if (after.locked_until == charged.locked_until) after.locked_until = {};
        return after;
    }
};

}  // namespace auth
