#include "auth/users/user_store.hpp"

#include "mail/mail_request.hpp"
#include "postgres/sql.hpp"

namespace auth::store {
namespace {

using postgres::read_optional;
using postgres::read_optional_time;
using postgres::read_time;
using postgres::select_times;
using postgres::sql;

constexpr auto kSelectUsers =
    sql("SELECT id, email, name, locale, role, state, password_hash, pending_email, version, ",
        select_times("email_verified_at", "last_login_at", "created_at", "updated_at"), " FROM users ");

// What the database holds was checked by its constraints.
User read_user(const postgres::Row& row) {
    return {.id = row["id"].c_str(),
            .email = row["email"].c_str(),
            .name = row["name"].c_str(),
            .locale = row["locale"].c_str(),
            .role = http::parse_role(row["role"].c_str()).value(),
            .state = core::find_name(kUserStates, row["state"].c_str()).value(),
            .password_hash = read_optional<std::string>(row["password_hash"]),
            .pending_email = read_optional<std::string>(row["pending_email"]),
            .email_verified_at = read_optional_time(row["email_verified_at"]),
            .last_login_at = read_optional_time(row["last_login_at"]),
            .version = row["version"].as<std::int64_t>(),
            .created_at = read_time(row["created_at"]),
            .updated_at = read_time(row["updated_at"])};
}

std::optional<User> read_first(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return read_user(rows.front());
}

std::optional<std::int64_t> unix_us(const std::optional<core::Time>& time) {
    if (!time) return {};
    return core::to_unix_us(*time);
}

std::optional<std::string> or_null(const std::string& text) {
    if (text.empty()) return {};
    return text;
}

}  // namespace

constexpr auto kFindUser = sql(kSelectUsers, "WHERE id = $1");
std::optional<User> find_user(Transaction& tx, const std::string& id) {
    return read_first(tx.exec(kFindUser, id));
}

constexpr auto kFindUserByEmail = sql(kSelectUsers, "WHERE email = $1");
std::optional<User> find_user_by_email(Transaction& tx, const std::string& email) {
    return read_first(tx.exec(kFindUserByEmail, email));
}

constexpr auto kFindUserForUpdate = sql(kSelectUsers, "WHERE id = $1 FOR NO KEY UPDATE");
std::optional<User> find_user_for_update(Transaction& tx, const std::string& id) {
    return read_first(tx.exec(kFindUserForUpdate, id));
}

constexpr auto kListUsers = sql(kSelectUsers, R"sql(
     WHERE ($1::text IS NULL OR role = $1)
       AND ($2::text IS NULL OR state = $2)
       AND ($3::text IS NULL OR email = $3)
       AND ($4 = '' OR id < $4)
     ORDER BY id DESC
     LIMIT $5
)sql");
std::vector<User> list_users(Transaction& tx, const UserFilter& filter) {
    const auto role = filter.role ? std::optional{std::string{to_string(*filter.role)}} : std::nullopt;
    const auto state =
        filter.state ? std::optional{std::string{core::name_of(kUserStates, *filter.state)}} : std::nullopt;
    std::vector<User> users;
    for (const auto& row :
         tx.exec(kListUsers, role, state, filter.email, filter.page.starting_after, filter.page.limit + 1))
        users.push_back(read_user(row));
    return users;
}

constexpr auto kInsertUser = R"sql(
    INSERT INTO users (id, email, name, locale, role, state, password_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING
)sql";
bool insert_user(Transaction& tx, const User& user) {
    return tx.exec(kInsertUser, user.id, or_null(user.email), user.name, user.locale,
                   std::string{to_string(user.role)}, std::string{core::name_of(kUserStates, user.state)},
                   user.password_hash)
               .affected_rows() == 1;
}

constexpr auto kSaveUser = R"sql(
    UPDATE users
       SET email = $2, name = $3, locale = $4, role = $5, state = $6, password_hash = $7, pending_email = $8,
           email_verified_at = 'epoch'::timestamptz + $9 * interval '1 microsecond',
           version = version + 1, updated_at = now()
     WHERE id = $1
)sql";
void save_user(Transaction& tx, const User& user) {
    tx.exec(kSaveUser, user.id, or_null(user.email), user.name, user.locale,
            std::string{to_string(user.role)}, std::string{core::name_of(kUserStates, user.state)},
            user.password_hash, user.pending_email, unix_us(user.email_verified_at));
}

constexpr auto kSetLoggedIn = R"sql(
    UPDATE users SET last_login_at = now() WHERE id = $1
)sql";
void set_logged_in(Transaction& tx, const std::string& id) {
    tx.exec(kSetLoggedIn, id);
}

constexpr auto kSetPasswordHash = R"sql(
    UPDATE users SET password_hash = $2 WHERE id = $1
)sql";
void set_password_hash(Transaction& tx, const std::string& id, const std::string& hash) {
    tx.exec(kSetPasswordHash, id, hash);
}

constexpr auto kIsSettled = R"sql(
    SELECT FROM password_changes WHERE change_id = $1
)sql";
bool is_settled(Transaction& tx, const std::string& change_id) {
    return !tx.exec(kIsSettled, change_id).empty();
}

constexpr auto kInsertSettled = R"sql(
    INSERT INTO password_changes (change_id, user_id, outcome)
    VALUES ($1, $2, CASE WHEN $3 THEN 'applied' ELSE 'refused' END)
)sql";
void insert_settled(Transaction& tx, const std::string& change_id, const std::string& user_id, bool applied) {
    tx.exec(kInsertSettled, change_id, user_id, applied);
}

constexpr auto kErasePublished = R"sql(
    UPDATE outbox AS o SET data = $2::jsonb
     WHERE subject = $1 AND forget_data AND data IS NOT NULL
       AND (type = 'mail.requested' OR routed_at IS NOT NULL AND NOT EXISTS (
               SELECT FROM event_deliveries AS d WHERE d.seq = o.seq AND state IN ('open', 'waiting')))
)sql";
void erase_published(Transaction& tx, const std::string& id) {
    tx.exec(kErasePublished, id, mail::kErasedData);
}

constexpr auto kLockAdmins = R"sql(
    SELECT id FROM users WHERE role = 'admin' AND state = 'active' ORDER BY id FOR NO KEY UPDATE
)sql";
std::vector<std::string> lock_admins(Transaction& tx) {
    std::vector<std::string> ids;
    for (const auto& row : tx.exec(kLockAdmins)) ids.emplace_back(row[0].c_str());
    return ids;
}

}  // namespace auth::store
