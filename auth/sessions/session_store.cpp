#include "auth/sessions/session_store.hpp"

#include "postgres/sql.hpp"

namespace auth::store {

using postgres::read_optional_time;
using postgres::read_time;
using postgres::select_time_as;
using postgres::select_times;
using postgres::sql;

// ---- sessions

constexpr auto kInsertSession = R"sql(
    INSERT INTO sessions (id, user_id, expires_at) VALUES ($1, $2, now() + $3 * interval '1 second')
)sql";
void insert_session(Transaction& tx, const std::string& id, const std::string& user_id,
                    std::chrono::seconds life) {
    tx.exec(kInsertSession, id, user_id, life.count());
}

constexpr auto kInsertRefreshToken = R"sql(
    INSERT INTO refresh_tokens (sha256, session_id, expires_at) VALUES ($1, $2, now() + $3 * interval '1 second')
)sql";
void insert_refresh_token(Transaction& tx, const std::string& sha256, const std::string& session_id,
                          std::chrono::seconds idle) {
    tx.exec(kInsertRefreshToken, sha256, session_id, idle.count());
}

// Sessions are locked first everywhere, and the token is read behind that lock.
constexpr auto kLockSessionOf = R"sql(
    SELECT id FROM sessions
     WHERE id = (SELECT session_id FROM refresh_tokens WHERE sha256 = $1)
       FOR NO KEY UPDATE
)sql";
constexpr auto kFindSession =
    sql("SELECT s.id, s.user_id, s.revoked_at IS NOT NULL AS revoked, ", select_times("used_at"), ", ",
        select_time_as("s.expires_at", "session_ends"), ", ", select_time_as("t.expires_at", "token_ends"),
        ", EXISTS (SELECT FROM refresh_tokens n WHERE n.sha256 = t.successor AND n.used_at IS NOT NULL) "
        "AS successor_used FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.sha256 = $1");
std::optional<Session> find_session_for_update(Transaction& tx, const std::string& sha256) {
    if (tx.exec(kLockSessionOf, sha256).empty()) return {};
    const auto rows = tx.exec(kFindSession, sha256);
    if (rows.empty()) return {};
    const auto row = rows.front();
    return Session{.id = row["id"].c_str(),
                   .user_id = row["user_id"].c_str(),
                   .refresh = {.session_ends = read_time(row["session_ends"]),
                               .revoked = row["revoked"].as<bool>(),
                               .token_ends = read_time(row["token_ends"]),
                               .used_at = read_optional_time(row["used_at"]),
                               .successor_used = row["successor_used"].as<bool>()}};
}

constexpr auto kSetUsed = R"sql(
    UPDATE refresh_tokens SET used_at = now(), successor = $2 WHERE sha256 = $1
)sql";
void set_used(Transaction& tx, const std::string& sha256, const std::string& successor) {
    tx.exec(kSetUsed, sha256, successor);
}

constexpr auto kRevokeSession = R"sql(
    UPDATE sessions SET revoked_at = now(), revoked_for = $2 WHERE id = $1 AND revoked_at IS NULL
)sql";
void revoke_session(Transaction& tx, const std::string& id, std::string_view what_for) {
    tx.exec(kRevokeSession, id, std::string{what_for});
}

constexpr auto kRevokeSessionsOf = R"sql(
    UPDATE sessions SET revoked_at = now(), revoked_for = $2 WHERE user_id = $1 AND revoked_at IS NULL
)sql";
int revoke_sessions_of(Transaction& tx, const std::string& user_id, std::string_view what_for) {
    return static_cast<int>(tx.exec(kRevokeSessionsOf, user_id, std::string{what_for}).affected_rows());
}

constexpr auto kRevokeOldestSessions = R"sql(
    UPDATE sessions SET revoked_at = now(), revoked_for = 'many'
     WHERE id IN (SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL
                   ORDER BY created_at DESC, id DESC OFFSET $2)
)sql";
void revoke_oldest_sessions(Transaction& tx, const std::string& user_id, int keep) {
    tx.exec(kRevokeOldestSessions, user_id, keep);
}

// A while after their end, so that a token that is used again is still known for what it is.
constexpr auto kDeleteOldSessions = R"sql(
    DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions s
         WHERE expires_at < now() - interval '7 days'
            OR revoked_at < now() - interval '7 days'
            OR (created_at < now() - interval '7 days' AND NOT EXISTS (
                   SELECT FROM refresh_tokens t
                    WHERE t.session_id = s.id AND t.expires_at > now() - interval '7 days'))
         LIMIT $1)
)sql";
int delete_old_sessions(Transaction& tx, int most) {
    return static_cast<int>(tx.exec(kDeleteOldSessions, most).affected_rows());
}

// Past its own end a used token says no more than that.
constexpr auto kDeleteUsedTokens = R"sql(
    DELETE FROM refresh_tokens WHERE sha256 IN (
        SELECT sha256 FROM refresh_tokens WHERE used_at IS NOT NULL AND expires_at < now() LIMIT $1)
)sql";
int delete_used_tokens(Transaction& tx, int most) {
    return static_cast<int>(tx.exec(kDeleteUsedTokens, most).affected_rows());
}

// ---- failed logins

constexpr auto kFailuresForUpdate =
    sql("INSERT INTO login_failures AS f (key, failures, locked_until, updated_at) "
        "VALUES ($1, 0, 'epoch', 'epoch') ON CONFLICT (key) DO UPDATE SET key = f.key "
        "RETURNING failures, ",
        select_times("locked_until", "updated_at"));
Failures failures_for_update(Transaction& tx, const std::string& key) {
    const auto row = tx.exec(kFailuresForUpdate, key).front();
    return {row["failures"].as<int>(), read_time(row["locked_until"]), read_time(row["updated_at"])};
}

constexpr auto kSaveFailures = R"sql(
    UPDATE login_failures
       SET failures = $2,
           locked_until = 'epoch'::timestamptz + $3 * interval '1 microsecond',
           updated_at = 'epoch'::timestamptz + $4 * interval '1 microsecond'
     WHERE key = $1
)sql";
void save_failures(Transaction& tx, const std::string& key, const Failures& failures) {
    tx.exec(kSaveFailures, key, failures.count, core::to_unix_us(failures.locked_until),
            core::to_unix_us(failures.updated_at));
}

constexpr auto kForgetFailures = R"sql(
    DELETE FROM login_failures WHERE key = $1
)sql";
void forget_failures(Transaction& tx, const std::string& key) {
    tx.exec(kForgetFailures, key);
}

constexpr auto kForgetFailuresBehind = R"sql(
    DELETE FROM login_failures WHERE key > $1 AND key < $1 || '~'
)sql";
void forget_failures_behind(Transaction& tx, const std::string& beginning) {
    tx.exec(kForgetFailuresBehind, beginning);
}

constexpr auto kForgetOldFailures = R"sql(
    DELETE FROM login_failures WHERE updated_at < now() - interval '2 days'
)sql";
void forget_old_failures(Transaction& tx) {
    tx.exec(kForgetOldFailures);
}

}  // namespace auth::store
