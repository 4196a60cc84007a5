// Who logs in with an e-mail address and a password, and what may become of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/enum_names.hpp"
#include "core/result.hpp"
#include "http/caller.hpp"

namespace auth {

enum class UserState { active, disabled, erased };
constexpr core::Names<UserState, 3> kUserStates{
    {{UserState::active, "active"}, {UserState::disabled, "disabled"}, {UserState::erased, "erased"}}};

struct User {
    std::string id;     // cli_… or usr_…
    std::string email;  // canonical; empty when erased
    std::string name;
    std::string locale = "en";
    http::Role role = http::Role::client;
    UserState state = UserState::active;
    std::optional<std::string> password_hash = {};  // none: has not taken the invitation
    std::optional<std::string> pending_email = {};  // a client's next address, once it is proved
    std::optional<core::Time> email_verified_at = {};
    std::optional<core::Time> last_login_at = {};
    std::int64_t version = 1;
    core::Time created_at = {};
    core::Time updated_at = {};
};

// The one spelling of an address by which it is found: blanks around it and capitals of ASCII make no other.
// Nothing when it is no address.
std::optional<std::string> canonical_email(std::string_view text);

// en, de, pt-BR.
bool is_locale(std::string_view text);

// Of an administrator's wish for a user.
struct UserChange {
    std::string name;
    http::Role role;
    UserState state;
    bool operator==(const UserChange&) const = default;
};
// Why not; nothing when it may be. `other_admins` are active.
std::optional<core::Error> refuse_change(const User& user, const UserChange& change, bool other_admins);

}  // namespace auth
