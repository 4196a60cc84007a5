// Every SQL statement about users: one function, one statement.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/users/user.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace auth {

struct UserFilter {
    std::optional<http::Role> role;
    std::optional<UserState> state;
    std::optional<std::string> email;
    rest::Page page;
};

namespace store {

using postgres::Transaction;

std::optional<User> find_user(Transaction& tx, const std::string& id);
std::optional<User> find_user_by_email(Transaction& tx, const std::string& email);
// Held until the transaction ends.
std::optional<User> find_user_for_update(Transaction& tx, const std::string& id);
// One more than the page has room for tells that there are more.
std::vector<User> list_users(Transaction& tx, const UserFilter& filter);
// False when the id or the address is taken.
bool insert_user(Transaction& tx, const User& user);
// Everything but the id and when it logged in. The address must be free: take_email() says so.
void save_user(Transaction& tx, const User& user);
void set_logged_in(Transaction& tx, const std::string& id);
void set_password_hash(Transaction& tx, const std::string& id, const std::string& hash);
// Changes of passwords that were asked of `clients`.
bool is_settled(Transaction& tx, const std::string& change_id);
void insert_settled(Transaction& tx, const std::string& change_id, const std::string& user_id, bool applied);
// What was told of a user that is erased: mails are not sent any more, and what is parked or delivered is not
// kept. What is on its way is forgotten when it arrives.
void erase_published(Transaction& tx, const std::string& id);
// The ids of all active administrators, held until the transaction ends.
std::vector<std::string> lock_admins(Transaction& tx);

}  // namespace store
}  // namespace auth
