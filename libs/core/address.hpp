// Where something goes: postal addresses, the countries there are, e-mail addresses. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core {

struct Address {
    std::string name;
    std::string line1;
    std::optional<std::string> line2;
    std::string city;
    std::string postal_code;
    std::string country;  // ISO 3166-1 alpha-2
    bool operator==(const Address&) const = default;
};

// An officially assigned ISO 3166-1 alpha-2 code, in capitals.
bool is_country(std::string_view code);

// Plausible, not proven: something@a.domain, without blanks, at most 254 bytes (RFC 5321).
bool is_email(std::string_view text);

}  // namespace core
