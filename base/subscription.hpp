// A subscription: a URL outside that is told of events by signed webhooks. Its rules; pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace base {

using SubscriptionId = Id<"sub">;
using SubscriptionAttemptId = Id<"att">;

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
    SubscriptionDraft said;
    std::optional<Disabled> disabled_because = {};
    std::optional<Time> old_secret_until = {};
    std::optional<Time> failing_since = {};
    std::int64_t version = 1;
    Time created_at = {};
    Time updated_at = {};
};

// One try to tell a subscriber of an event.
struct SubscriptionAttempt {
    SubscriptionAttemptId id;
    SubscriptionId subscription;
    std::string event_id;
    std::string event_type;
    Time at;
    std::chrono::milliseconds took{0};
    std::optional<int> status;  // none: no answer came
    std::string failure;        // why none did
    std::string answer;         // its first bytes, printable

    bool ok() const { return status && *status >= 200 && *status < 300; }
};

// Whether a pattern (order.paid, order.*, *) means an event's type.
bool means(std::string_view pattern, std::string_view type);
bool any_means(std::span<const std::string> patterns, std::string_view type);

// `types` are those that may be told outside; a pattern that means none of them is a fault.
Result<SubscriptionDraft> read_subscription(const json::Value& document, std::span<const std::string_view> types);

// whsec_ and 32 random bytes, as Standard Webhooks has them.
std::string new_webhook_secret();

// When to try again after `tries` tries that failed: the schedule's step (its last one goes on), spread so that
// those who failed together do not come back together, and not before the subscriber asked for, within a day.
// `spread` from 0 to 1.
std::chrono::milliseconds retry_after(std::span<const std::chrono::milliseconds> schedule, int tries,
                                      std::optional<std::chrono::seconds> asked, double spread);

// Bytes from outside as a text that can be stored and shown.
std::string printable(std::string_view bytes);

}  // namespace base
