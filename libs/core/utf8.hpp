// UTF-8 from outside: what is valid, and what may be shown to a person.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace core {

// RFC 3629: shortest forms, no surrogates.
bool is_utf8(std::string_view bytes);
// Each byte that belongs to no character becomes U+FFFD.
std::string replace_invalid_utf8(std::string_view bytes);
// Code points of a text that is valid.
std::size_t count_characters(std::string_view utf8);

// Valid UTF-8 for a human eye: no control characters, nothing that reorders or breaks a line.
bool is_printable(std::string_view utf8);
// Bytes from outside as a text that can be stored, sent and shown; what is longer than `max_bytes` is cut
// before the character that does not fit.
std::string printable(std::string_view bytes, std::size_t max_bytes = std::string::npos);

}  // namespace core
