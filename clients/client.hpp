// A client: who buys, how to reach them, and what a record and a password must be like. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/secret.hpp"

namespace clients {

using ClientId = core::Id<"cli">;

// What a client says of itself and changes as it likes.
struct Profile {
    std::string name;
    std::string locale;                // BCP 47: en, fr-CA
    std::optional<std::string> phone;  // E.164
    bool operator==(const Profile&) const = default;
};

struct Registration {
    std::string email;
    Profile profile;
    core::Secret password;
};

struct Client {
    ClientId id;
    std::string email;                         // empty: erased
    std::optional<std::string> pending_email;  // takes the place of `email` when it is verified
    std::optional<core::Time> email_verified_at;
    Profile profile;
    std::int64_t version;
    core::Time created_at;
    core::Time updated_at;
    std::optional<core::Time> erased_at;
};

// A language and perhaps a region: "en", "fr-CA".
bool is_locale(std::string_view text);
constexpr auto kLocaleWanted = "must be a language and perhaps a region, such as en or fr-CA";

// A plus sign and 7 to 15 digits (ITU-T E.164).
bool is_phone(std::string_view text);
constexpr auto kPhoneWanted = "must be an international number, such as +33123456789";

constexpr std::size_t kMaxPasswordBytes = 256;
// What is wrong with a new password whatever `auth` knows of its owner; nothing when nothing is. Length is
// what makes a password good (NIST SP 800-63B, 3.1.1.2), so nothing is said about kinds of characters.
std::optional<std::string> password_fault(std::string_view password, std::string_view email);

// The two are one mailbox to us: letters of ASCII are compared without their case.
bool is_same_email(std::string_view a, std::string_view b);

}  // namespace clients
