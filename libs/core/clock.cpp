#include "core/clock.hpp"

#include <cstdio>

namespace core {

using namespace std::chrono;

std::string to_rfc3339(Time time) {
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", int{date.year()},
                  unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return text;
}

namespace {

// Takes exactly `count` digits off the front of `text`; -1 when they are not there.
int take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

std::optional<Time> parse_rfc3339(std::string_view text) {
    const int y = take_digits(text, 4);
    if (y < 0 || !take(text, "-")) return {};
    const int m = take_digits(text, 2);
    if (m < 0 || !take(text, "-")) return {};
    const int d = take_digits(text, 2);
    if (d < 0 || !take(text, "Tt ")) return {};
    const int hour = take_digits(text, 2);
    if (hour < 0 || hour > 23 || !take(text, ":")) return {};
    const int minute = take_digits(text, 2);
    if (minute < 0 || minute > 59 || !take(text, ":")) return {};
    const int second = take_digits(text, 2);
    if (second < 0 || second > 60) return {};

    std::int64_t micros = 0;
    if (take(text, ".")) {
        std::size_t digits = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits, text.remove_prefix(1)) {
            if (digits < 6) micros = micros * 10 + (text.front() - '0');
        }
        if (digits == 0 || digits > 9) return {};
        for (; digits < 6; ++digits) micros *= 10;
    }

    minutes offset{0};
    if (!take(text, "Zz")) {
        const bool east = text.starts_with('+');
        if (!take(text, "+-")) return {};
        const int hours = take_digits(text, 2);
        if (hours < 0 || hours > 23 || !take(text, ":")) return {};
        const int mins = take_digits(text, 2);
        if (mins < 0 || mins > 59) return {};
        offset = minutes{(hours * 60 + mins) * (east ? 1 : -1)};
    }
    if (!text.empty()) return {};

    const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!date.ok()) return {};
    return Time{sys_days{date}} + hours{hour} + minutes{minute} + seconds{second} + microseconds{micros} -
           offset;
}

}  // namespace core
