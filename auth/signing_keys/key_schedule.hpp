// When a signing key signs and when it may go. Everybody who verifies hears of a key before the first token
// signed with it, and forgets it after the last. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>

#include "core/clock.hpp"

namespace auth {

struct KeyRules {
    std::chrono::seconds notice;      // published so long before it signs: longer than anybody's polling
    std::chrono::seconds max_age;     // after signing so long it is replaced
    std::chrono::seconds token_life;  // of what it signs
    // Clocks differ, and a copy of this service may sign with the old key a moment longer.
    static constexpr std::chrono::seconds kLeeway{60};
};

// `signs_from` of keys, ascending. The index of the one that signs; nothing when none does yet.
inline std::optional<std::size_t> signing(std::span<const core::Time> signs_from, core::Time now) {
    const auto after = std::ranges::upper_bound(signs_from, now);
    if (after == signs_from.begin()) return {};
    return static_cast<std::size_t>(after - signs_from.begin()) - 1;
}

// How many of the oldest no living token was signed with any more.
inline std::size_t outlived(std::span<const core::Time> signs_from, const KeyRules& rules, core::Time now) {
    std::size_t count = 0;
    while (count + 1 < signs_from.size() &&
           now > signs_from[count + 1] + rules.token_life + KeyRules::kLeeway)
        ++count;
    return count;
}

// Whether a new one is due: the youngest has signed for long enough. One that has yet to sign is new enough.
inline bool wants_new(std::span<const core::Time> signs_from, const KeyRules& rules, core::Time now) {
    return signs_from.empty() || now > signs_from.back() + rules.max_age;
}

}  // namespace auth
