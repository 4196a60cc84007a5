// Every SQL statement about sessions and failed logins.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/sessions/lockout.hpp"
#include "auth/sessions/session.hpp"
#include "postgres/database.hpp"

namespace auth::store {

using postgres::Transaction;

struct Session {
    std::string id;
    std::string user_id;
    RefreshCase refresh;
};

void insert_session(Transaction& tx, const std::string& id, const std::string& user_id,
                    std::chrono::seconds life);
void insert_refresh_token(Transaction& tx, const std::string& sha256, const std::string& session_id,
                          std::chrono::seconds idle);
// The session the token belongs to, held until the transaction ends, and how it stands with the token.
std::optional<Session> find_session_for_update(Transaction& tx, const std::string& sha256);
void set_used(Transaction& tx, const std::string& sha256, const std::string& successor);
void revoke_session(Transaction& tx, const std::string& id, std::string_view what_for);
// How many there were.
int revoke_sessions_of(Transaction& tx, const std::string& user_id, std::string_view what_for);
// All but the `keep` youngest.
void revoke_oldest_sessions(Transaction& tx, const std::string& user_id, int keep);
// At most so many; how many there were.
int delete_old_sessions(Transaction& tx, int most);
int delete_used_tokens(Transaction& tx, int most);

// The row of the key, held until the transaction ends; a new one has no failures.
Failures failures_for_update(Transaction& tx, const std::string& key);
void save_failures(Transaction& tx, const std::string& key, const Failures& failures);
void forget_failures(Transaction& tx, const std::string& key);
// Of all keys that begin so.
void forget_failures_behind(Transaction& tx, const std::string& beginning);
void forget_old_failures(Transaction& tx);

}  // namespace auth::store
