// What a password has to be (NIST SP 800-63B): long enough and not among the first that are guessed; nothing
// is said about its characters. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace auth {

constexpr std::size_t kShortestPassword = 10;  // characters
constexpr std::size_t kLongestPassword = 128;
constexpr std::size_t kMaxPasswordBytes = 256;

// Everything that is wrong with it, in words for the user who chose it; `email` is theirs.
std::vector<std::string> password_faults(std::string_view password, std::string_view email);

}  // namespace auth
