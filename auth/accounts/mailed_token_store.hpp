// Every SQL statement about what was sent by mail, and what was asked to be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/database.hpp"

namespace auth {

enum class MailPurpose { password_reset, email_verification };
std::string_view to_string(MailPurpose purpose);

namespace store {

using postgres::Transaction;

struct MailedToken {
    std::string user_id;
    std::string email;
};

// Whether one went out within the last minute: then no other does.
bool mailed_lately(Transaction& tx, const std::string& user_id, MailPurpose purpose);
void insert_mailed_token(Transaction& tx, const std::string& sha256, MailPurpose purpose,
                         const std::string& user_id, const std::string& email, std::chrono::seconds life);
// Takes it out of the table, so that nobody else can; nothing when there is none that lives.
std::optional<MailedToken> take_mailed_token(Transaction& tx, const std::string& sha256, MailPurpose purpose);
// Without using it up.
std::optional<MailedToken> find_mailed_token(Transaction& tx, const std::string& sha256, MailPurpose purpose);
void delete_mailed_tokens(Transaction& tx, const std::string& user_id, MailPurpose purpose);
void delete_all_mailed_tokens(Transaction& tx, const std::string& user_id);
void delete_old_mailed_tokens(Transaction& tx);

void insert_reset_request(Transaction& tx, const std::string& email);
// Taken out of the table.
std::vector<std::string> take_reset_requests(Transaction& tx, int most);

}  // namespace store
}  // namespace auth
