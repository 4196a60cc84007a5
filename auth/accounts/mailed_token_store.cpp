#include "auth/accounts/mailed_token_store.hpp"

#include "postgres/transaction.hpp"

namespace auth {

std::string_view to_string(MailPurpose purpose) {
    switch (purpose) {
        case MailPurpose::password_reset: return "password_reset";
        case MailPurpose::email_verification: return "email_verification";
    }
    return "";
}

namespace store {
namespace {

std::string name(MailPurpose purpose) {
    return std::string{to_string(purpose)};
}

std::optional<MailedToken> read_first(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return MailedToken{rows.front()["user_id"].c_str(), rows.front()["email"].c_str()};
}

}  // namespace

constexpr auto kMailedLately = R"sql(
    SELECT FROM mailed_tokens
     WHERE user_id = $1 AND purpose = $2 AND created_at > now() - interval '1 minute'
     LIMIT 1
)sql";
bool mailed_lately(Transaction& tx, const std::string& user_id, MailPurpose purpose) {
    return !tx.exec(kMailedLately, user_id, name(purpose)).empty();
}

constexpr auto kInsertMailedToken = R"sql(
    INSERT INTO mailed_tokens (sha256, purpose, user_id, email, expires_at)
    VALUES ($1, $2, $3, $4, now() + $5 * interval '1 second')
)sql";
void insert_mailed_token(Transaction& tx, const std::string& sha256, MailPurpose purpose,
                         const std::string& user_id, const std::string& email, std::chrono::seconds life) {
    tx.exec(kInsertMailedToken, sha256, name(purpose), user_id, email, life.count());
}

constexpr auto kTakeMailedToken = R"sql(
    DELETE FROM mailed_tokens WHERE sha256 = $1 AND purpose = $2 AND expires_at > now()
    RETURNING user_id, email
)sql";
std::optional<MailedToken> take_mailed_token(Transaction& tx, const std::string& sha256,
                                             MailPurpose purpose) {
    return read_first(tx.exec(kTakeMailedToken, sha256, name(purpose)));
}

constexpr auto kFindMailedToken = R"sql(
    SELECT user_id, email FROM mailed_tokens WHERE sha256 = $1 AND purpose = $2 AND expires_at > now()
)sql";
std::optional<MailedToken> find_mailed_token(Transaction& tx, const std::string& sha256,
                                             MailPurpose purpose) {
    return read_first(tx.exec(kFindMailedToken, sha256, name(purpose)));
}

constexpr auto kDeleteMailedTokens = R"sql(
    DELETE FROM mailed_tokens WHERE user_id = $1 AND purpose = $2
)sql";
void delete_mailed_tokens(Transaction& tx, const std::string& user_id, MailPurpose purpose) {
    tx.exec(kDeleteMailedTokens, user_id, name(purpose));
}

constexpr auto kDeleteAllMailedTokens = R"sql(
    DELETE FROM mailed_tokens WHERE user_id = $1
)sql";
void delete_all_mailed_tokens(Transaction& tx, const std::string& user_id) {
    tx.exec(kDeleteAllMailedTokens, user_id);
}

constexpr auto kDeleteOldMailedTokens = R"sql(
    DELETE FROM mailed_tokens WHERE expires_at < now()
)sql";
void delete_old_mailed_tokens(Transaction& tx) {
    tx.exec(kDeleteOldMailedTokens);
}

constexpr auto kInsertResetRequest = R"sql(
    INSERT INTO password_reset_requests (email) VALUES ($1)
)sql";
void insert_reset_request(Transaction& tx, const std::string& email) {
    tx.exec(kInsertResetRequest, email);
}

constexpr auto kTakeResetRequests = R"sql(
    DELETE FROM password_reset_requests
     WHERE id IN (SELECT id FROM password_reset_requests ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING email
)sql";
std::vector<std::string> take_reset_requests(Transaction& tx, int most) {
    std::vector<std::string> emails;
    for (const auto& row : tx.exec(kTakeResetRequests, most)) emails.emplace_back(row[0].c_str());
    return emails;
}

}  // namespace store
}  // namespace auth
