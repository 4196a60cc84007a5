#include "auth/users/password.hpp"

#include <algorithm>
#include <array>

namespace auth {
namespace {

// Those of ten characters and more at the top of published lists of leaked passwords. Compared without
// capitals and without what is put behind to please a rule.
constexpr auto kCommonest = std::to_array<std::string_view>({
    "1234567890",       "0123456789",       "12345678910",  "123456789a",    "1q2w3e4r5t",   "1q2w3e4r5t6y",
    "1qaz2wsx3edc",     "9876543210",       "0987654321",   "1111111111",    "abcd1234567",  "abcdefghij",
    "abcdefghijkl",     "administrator",    "adminadmin",   "asdfghjkl1",    "asdfghjkl;",   "asdfghjkl;'",
    "baseball12",       "changeme123",      "chocolate1",   "computer12",    "correcthorse", "football12",
    "iloveyou12",       "iloveyou123",      "iloveyou1234", "letmein123",    "letmein1234",  "liverpool1",
    "manchester",       "michael123",       "monkey1234",   "motdepasse",    "motdepasse1",  "p@ssw0rd123",
    "passw0rd123",      "password00",       "password01",   "password11",    "password12",   "password123",
    "password1234",     "password12345",    "passwordpass", "passwort123",   "princess12",   "q1w2e3r4t5",
    "q1w2e3r4t5y6",     "qazwsxedcrfv",     "qwerasdfzxcv", "qwerty1234",    "qwerty12345",  "qwerty123456",
    "qwertyuiop",       "qwertyuiop1",      "qwertyuiop[]", "qwertyuiop123", "sunshine12",   "superman12",
    "trustno1234",      "welcome123",       "welcome1234",  "willkommen1",   "zaq12wsxcde3", "zxcvbnm123",
    "zxcvbnmasdfghjkl", "passwordpassword", "qwertyqwerty", "abcabcabc1",    "aaaaaaaaaa",   "starwars12",
});

std::size_t characters_of(std::string_view utf8) {
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string plain(std::string_view password) {
    std::string text{password};
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

bool is_common(std::string text) {
    const auto is_listed = [](std::string_view candidate) {
        return std::ranges::find(kCommonest, candidate) != kCommonest.end();
    };
    if (is_listed(text)) return true;
    while (!text.empty() && (text.back() == '!' || text.back() == '.' || text.back() == '?')) text.pop_back();
    return is_listed(text);
}

bool is_of_few_characters(std::string_view text) {
    std::string distinct{text};
    std::ranges::sort(distinct);
    const auto rest = std::ranges::unique(distinct);
    return static_cast<std::size_t>(rest.begin() - distinct.begin()) < 4;
}

bool is_their_address(std::string_view text, std::string_view email) {
    return !email.empty() && (text == email || text == email.substr(0, email.find('@')));
}

}  // namespace

std::vector<std::string> password_faults(std::string_view password, std::string_view email) {
    std::vector<std::string> faults;
    const auto characters = characters_of(password);
    const auto text = plain(password);
    if (characters < kShortestPassword) faults.emplace_back("must have at least 10 characters");
    if (characters > kLongestPassword || password.size() > kMaxPasswordBytes)
        faults.emplace_back("must have at most 128 characters and 256 bytes");
    if (is_common(text)) faults.emplace_back("is one of the passwords that are tried first");
    if (is_of_few_characters(text)) faults.emplace_back("must have at least 4 different characters");
    if (is_their_address(text, email)) faults.emplace_back("must not be the e-mail address");
    return faults;
}

}  // namespace auth
