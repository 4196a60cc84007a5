// Who runs the shop: admins make other admins and sellers, and say who may still log in.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/accounts/password_service.hpp"
#include "auth/audit/audit_log.hpp"
#include "auth/users/password_hasher.hpp"
#include "auth/users/user.hpp"
#include "auth/users/user_store.hpp"
#include "postgres/database.hpp"
#include "rest/etag.hpp"

namespace auth {

struct NewUser {
    std::string email;  // canonical
    std::string name;
    std::string locale;
    http::Role role;                      // no client
    std::optional<std::string> password;  // none: invited by mail to choose one
};

class UserService {
public:
    UserService(postgres::Database& db, Hasher& hasher, Passwords& passwords)
        : db_(db), hasher_(hasher), passwords_(passwords) {}

    core::Result<User> create(const NewUser& wanted, const RequestOrigin& origin);
    core::Result<User> find(const std::string& id);
    struct Page {
        std::vector<User> users;
        bool has_more;
    };
    Page list(const UserFilter& filter);
    // All sessions of somebody whose role or state changes end.
    using Edit = std::function<core::Result<UserChange>(const UserChange&)>;
    core::Result<User> change(const std::string& id, const rest::VersionTest& expected, const Edit& edit,
                              const RequestOrigin& origin);
    // The first admin, when there is none.
    void ensure_admin(const std::string& email, const std::string& password);

private:
    postgres::Database& db_;
    Hasher& hasher_;
    Passwords& passwords_;
};

}  // namespace auth
