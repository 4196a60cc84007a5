#include "core/utf8.hpp"

#include <algorithm>

namespace core {
namespace {

// Takes the next code point off the front; nothing is taken and 0 answered when that is not valid UTF-8.
char32_t take_character(std::string_view& utf8) {
    const auto first = static_cast<unsigned char>(utf8.front());
    const std::size_t length = first < 0x80    ? 1
                               : first >= 0xF0 ? 4
                               : first >= 0xE0 ? 3
                               : first >= 0xC0 ? 2
                                               : 0;
    if (length == 0 || utf8.size() < length) return 0;
    char32_t c = length == 1 ? first : first & (0x7FU >> length);
    for (const char next : utf8.substr(1, length - 1)) {
        if ((next & 0xC0) != 0x80) return 0;
        c = c << 6 | (next & 0x3FU);
    }
    constexpr char32_t kShortest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool valid = c >= kShortest[length] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    if (!valid) return 0;
    utf8.remove_prefix(length);
    return c;
}

bool is_ascii(std::string_view bytes) {
    return std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    if (is_ascii(bytes)) return true;
    while (!bytes.empty()) {
        if (bytes.front() == '\0') {
            bytes.remove_prefix(1);
        } else if (take_character(bytes) == 0) {
            return false;
        }
    }
    return true;
}

std::string replace_invalid_utf8(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto rest = bytes;
        if (bytes.front() == '\0') {
            bytes.remove_prefix(1);
        } else if (take_character(bytes) == 0) {
            text += "\xEF\xBF\xBD";
            bytes.remove_prefix(1);
            continue;
        }
        text += rest.substr(0, rest.size() - bytes.size());
    }
    return text;
}

std::size_t count_characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_printable(std::string_view utf8) {
    while (!utf8.empty()) {
        const auto c = take_character(utf8);
        const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
        const bool separator_or_override = (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        if (control || separator_or_override || c == 0xFEFF) return false;
    }
    return true;
}

std::string printable(std::string_view bytes, std::size_t max_bytes) {
    auto size = std::min(bytes.size(), max_bytes);
    const auto is_inside_character = [&](std::size_t at) {
        return at > 0 && at < bytes.size() && (bytes[at] & 0xC0) == 0x80;
    };
    while (is_inside_character(size)) --size;
    std::string text{bytes.substr(0, size)};
    if (is_printable(text)) return text;
    for (auto& c : text) {
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
        if (c < ' ' || c > '~') c = '?';
    }
    return text;
}

}  // namespace core
