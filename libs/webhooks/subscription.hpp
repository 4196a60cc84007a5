// A subscription: a URL outside that is told of events by signed webhooks. Its rules; pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace webhooks {

using SubscriptionId = core::Id<"sub">;
using SubscriptionAttemptId = core::Id<"att">;

// What an admin says about it.
struct SubscriptionDraft {
    std::string url;
    std::vector<std::string> types;  // patterns: order.paid, order.*, *
    std::string description;
    bool enabled = true;
    bool operator==(const SubscriptionDraft&) const = default;
};

// Why it was disabled by itself.
enum class Disabled {
    gone,     // the subscriber answered 410
    failing,  // nothing but failures for too long
};
std::string_view to_string(Disabled why);
std::optional<Disabled> parse_disabled(std::string_view text);

struct Subscription {
    SubscriptionId id;
    SubscriptionDraft draft;
    std::optional<Disabled> disabled_because = {};
    std::optional<core::Time> old_secret_until = {};
    std::optional<core::Time> failing_since = {};
    std::int64_t version = 1;
    core::Time created_at = {};
    core::Time updated_at = {};
};

// One try to tell a subscriber of an event.
struct SubscriptionAttempt {
    SubscriptionAttemptId id;
    SubscriptionId subscription;
    std::string event_id;
    std::string event_type;
    core::Time at;
    std::chrono::milliseconds took{0};
    std::optional<int> status;  // none: no answer came
    std::string failure;        // why none did
    std::string answer;         // its first bytes, printable

    bool ok() const { return status && *status >= 200 && *status < 300; }
};

// Those of `types` that the patterns mean.
std::vector<std::string_view> meant(std::span<const std::string> patterns,
                                    std::span<const std::string_view> types);

// `types` are those that may be told outside; a pattern that means none of them is a fault.
core::Result<SubscriptionDraft> read_subscription(const core::json::Value& document,
                                                  std::span<const std::string_view> types);

}  // namespace webhooks
