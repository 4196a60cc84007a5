// Logging in, staying logged in, logging out.
#pragma once

#include <functional>
#include <string>

#include "auth/audit/audit_log.hpp"
#include "auth/sessions/login_throttle.hpp"
#include "auth/sessions/session.hpp"
#include "auth/signing_keys/key_ring.hpp"
#include "auth/users/password_hasher.hpp"
#include "auth/users/user.hpp"
#include "core/secret.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace auth {

struct Tokens {
    std::string access_token;
    std::chrono::seconds expires_in;
    std::string refresh_token;
};

class Logins {
public:
    struct Config {
        SessionLife life;
        core::Secret key;  // of the tokens that follow one another
        // SESSION_IDLE_S, SESSION_MAX_S, REFRESH_LOST_ANSWER_MS
        static Config read(core::Environment& environment, core::Secret key);
    };
    Logins(postgres::Database& db, Hasher& hasher, KeyRing& keys, const LoginThrottle& login_throttle,
           Config config, telemetry::Metrics& metrics);

    // Whatever is wrong – the password, the address, that it is locked or disabled – the refusal is the same,
    // and takes as long.
    core::Result<Tokens> log_in(const std::string& email, const std::string& password,
                                const RequestOrigin& origin);
    core::Result<Tokens> refresh(const std::string& refresh_token, const RequestOrigin& origin);
    // Of the holder of the token; also when it is not valid any more.
    void log_out(const std::string& refresh_token, const RequestOrigin& origin);

private:
    struct Opening;
    Opening open(postgres::Transaction& tx, const std::string& email, const RequestOrigin& origin);
    bool is_right(const Opening& opening, const std::string& password);
    std::optional<Tokens> admit(postgres::Transaction& tx, const Opening& opening,
                                const std::optional<std::string>& better_hash, const RequestOrigin& origin);
    void turn_away(postgres::Transaction& tx, const Opening& opening, const RequestOrigin& origin);
    Tokens exchange(postgres::Transaction& tx, const std::string& sha256, const std::string& token,
                    const std::string& session_id, const User& user);
    std::string successor_of(const std::string& token) const;

    postgres::Database& db_;
    Hasher& hasher_;
    KeyRing& keys_;
    const LoginThrottle& login_throttle_;
    const Config config_;
    std::function<void(double)> ok_, failed_, locked_, refreshed_, reused_;
};

}  // namespace auth
