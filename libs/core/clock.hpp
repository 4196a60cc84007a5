// Time as the suite tells it: UTC, microseconds (what PostgreSQL keeps), RFC 3339 outside.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace core {

using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Monotonic = std::chrono::steady_clock::time_point;

inline Time now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// 2026-11-21T05:47:52.308123Z
std::string to_rfc3339(Time time);

// Takes any offset and up to nanoseconds (cut to microseconds); nothing when the text is not RFC 3339.
std::optional<Time> parse_rfc3339(std::string_view text);

inline Time from_unix_us(std::int64_t us) {
    return Time{std::chrono::microseconds{us}};
}
inline Time from_unix_s(std::int64_t s) {
    return Time{std::chrono::seconds{s}};
}
inline std::int64_t to_unix_us(Time time) {
    return time.time_since_epoch().count();
}
inline std::int64_t to_unix_s(Time time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace core
