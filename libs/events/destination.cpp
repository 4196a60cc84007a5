#include "events/destination.hpp"

#include <algorithm>
#include <random>

namespace events {

int Retries::max_tries() const {
    return schedule.empty() ? tries : static_cast<int>(schedule.size()) + 1;
}

std::chrono::milliseconds Retries::wait(int after_try) const {
    const auto n = static_cast<std::size_t>(std::max(after_try, 1));
    auto full = first;
    if (!schedule.empty()) {
        full = schedule[std::min(n, schedule.size()) - 1];
    } else {
        for (std::size_t i = 1; i < n && full < most; ++i) full *= 2;
        full = std::min(full, most);
    }
    // Between three quarters and five quarters, so that what failed together does not come back together.
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto count = std::max<std::int64_t>(full.count(), 1);
    return std::chrono::milliseconds{count * 3 / 4 +
                                     std::uniform_int_distribution<std::int64_t>{0, count / 2}(random)};
}

std::string label_of(const std::string& destination) {
    constexpr std::string_view kSubscriptionId = "sub_";
    return destination.starts_with(kSubscriptionId) ? "subscriptions" : destination;
}

bool Destination::wants(std::string_view type) const {
    return std::ranges::any_of(types, [&](const TypePattern& pattern) { return pattern.matches(type); });
}

}  // namespace events
