#include "events/destination.hpp"

#include <algorithm>

#include "core/backoff.hpp"

namespace events {

int Retries::max_tries() const {
    return schedule.empty() ? tries : static_cast<int>(schedule.size()) + 1;
}

std::chrono::milliseconds Retries::wait(int after_try) const {
    constexpr std::chrono::milliseconds kShortest{1};
    const auto n = std::max(after_try, 1);
    const auto whole = schedule.empty()
                           ? core::exponential_wait({.initial = first, .max = most}, n)
                           : schedule[std::min(static_cast<std::size_t>(n), schedule.size()) - 1];
    return core::with_jitter(std::max(whole, kShortest), 75, 125);
}

std::string label_of(const std::string& destination) {
    constexpr std::string_view kSubscriptionId = "sub_";
    return destination.starts_with(kSubscriptionId) ? "subscriptions" : destination;
}

bool Destination::wants(std::string_view type) const {
    return std::ranges::any_of(types, [&](const TypePattern& pattern) { return pattern.matches(type); });
}

}  // namespace events
