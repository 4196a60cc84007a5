// The keys that sign tokens: made, published, used and taken away in step by every copy of this service, by
// way of the database, where the private halves lie locked.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "auth/audit/audit_log.hpp"
#include "auth/signing_keys/key_schedule.hpp"
#include "auth/signing_keys/key_store.hpp"
#include "core/environment.hpp"
#include "core/secret.hpp"
#include "postgres/database.hpp"
#include "security/jwt.hpp"

namespace auth {

enum class KeyState { waiting, signing, published };  // not yet, now, no more
std::string_view to_string(KeyState state);

struct KeyView {
    std::string kid;
    KeyState state;
    core::Time created_at;
    core::Time signs_from;
};

class KeyRing {
public:
    struct Config {
        std::vector<core::Secret> key_secrets;  // what private keys are locked with: the first, now
        KeyRules rules;
        std::chrono::milliseconds poll;
        security::jwt::Realm realm;
        // AUTH_KEY_SECRET, KEY_NOTICE_S, KEY_MAX_AGE_S, TOKEN_TTL_S, KEYS_POLL_MS, TOKEN_ISSUER,
        // TOKEN_AUDIENCE
        static Config read(core::Environment& environment);
    };
    KeyRing(postgres::Database& db, Config config);
    ~KeyRing();

    // Of `caller`, from now on for the life of a token. Throws pg::Unavailable before the first keys are
    // there.
    std::string sign(const http::Caller& caller);
    std::chrono::seconds token_life() const { return config_.rules.token_life; }
    // {"keys":[…]}; nothing before there are any.
    std::optional<std::string> jwks() const;
    bool has_keys() const { return jwks().has_value(); }

    std::vector<KeyView> list();
    // A new key, which signs after the notice. `conflict` while one waits already.
    core::Result<KeyView> rotate(const RequestOrigin& origin);
    // Reads what is there, makes the key that is due, deletes those nobody needs.
    void refresh();
    void lock_anew(store::Transaction& tx, std::vector<store::StoredKey>& keys) const;

private:
    struct Ring;  // what one reading of the database gave
    std::shared_ptr<const Ring> ring() const;
    std::shared_ptr<const Ring> read_ring(const std::vector<store::StoredKey>& keys) const;
    store::StoredKey make_key(core::Time signs_from) const;
    void keep_in_step(const std::stop_token& stop);

    postgres::Database& db_;
    const Config config_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Ring> ring_;
    std::atomic<bool> locked_anew_ = false;
    std::jthread thread_;
};

}  // namespace auth
