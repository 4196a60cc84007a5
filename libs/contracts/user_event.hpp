// Payloads of the events `auth` publishes of clients' logins, whose subject is the user. Pure.
//   user.email_verified  user.password_settled
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace contracts {

// {"client_id","email"}
struct UserEmailVerified {
    std::string client_id;
    std::string email;
    bool operator==(const UserEmailVerified&) const = default;
};
std::string to_json(const UserEmailVerified& event);
core::Result<UserEmailVerified> user_email_verified_from_json(std::string_view text);

// {"client_id","change_id","outcome":"applied" or "refused","reason"}
struct UserPasswordSettled {
    std::string client_id;
    std::string change_id;
    bool applied;
    std::string reason;  // why it was refused; empty when applied
    bool operator==(const UserPasswordSettled&) const = default;
};
std::string to_json(const UserPasswordSettled& event);
core::Result<UserPasswordSettled> user_password_settled_from_json(std::string_view text);

}  // namespace contracts
