#include "clients/client.hpp"

#include <algorithm>

namespace clients {
namespace {

constexpr std::size_t kShortestPassword = 10;  // characters
constexpr std::size_t kLongestPassword = 128;  // characters

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
char lower(char c) {
    return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::size_t count_characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

bool is_locale(std::string_view text) {
    const auto hyphen = text.find('-');
    const auto language = text.substr(0, hyphen);
    if (language.size() < 2 || language.size() > 3 || !std::ranges::all_of(language, is_lower)) return false;
    if (hyphen == std::string_view::npos) return true;
    const auto region = text.substr(hyphen + 1);
    return (region.size() == 2 && std::ranges::all_of(region, is_upper)) ||
           (region.size() == 3 && std::ranges::all_of(region, is_digit));
}

bool is_phone(std::string_view text) {
    return text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
           std::ranges::all_of(text.substr(1), is_digit);
}

std::optional<std::string> password_fault(std::string_view password, std::string_view email) {
    const auto characters = count_characters(password);
    if (characters < kShortestPassword || characters > kLongestPassword ||
        password.size() > kMaxPasswordBytes) {
        return "must have " + std::to_string(kShortestPassword) + " to " + std::to_string(kLongestPassword) +
               " characters";
    }
    if (is_same_email(password, email)) return "must not be the e-mail address";
    return {};
}

bool is_same_email(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace clients
