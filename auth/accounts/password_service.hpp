// Passwords that change and addresses that are proved.
#pragma once

#include <string>

#include "auth/accounts/mailed_token_store.hpp"
#include "auth/audit/audit_log.hpp"
#include "auth/sessions/login_throttle.hpp"
#include "auth/users/password_hasher.hpp"
#include "auth/users/user.hpp"
#include "core/environment.hpp"
#include "core/result.hpp"
#include "postgres/database.hpp"

namespace auth {

class Passwords {
public:
    struct Config {
        std::chrono::seconds reset_life;
        std::chrono::seconds verification_life;
        // PASSWORD_RESET_TTL_S, EMAIL_VERIFICATION_TTL_S
        static Config read(core::Environment& environment);
    };
    Passwords(postgres::Database& db, Hasher& hasher, const LoginThrottle& login_throttle, Config config)
        : db_(db), hasher_(hasher), login_throttle_(login_throttle), config_(config) {}

    // Taken for everybody in the same way; whether the address is anybody's is seen to by
    // `answer_reset_requests`.
    void ask_for_reset(const std::string& email);
    // True when there may be more.
    bool answer_reset_requests();
    core::Result<void> reset(const std::string& token, const std::string& password,
                             const RequestOrigin& origin);

    // Of somebody who is no client, with the old one; clients change theirs at `clients`.
    core::Result<void> change(const std::string& user_id, const std::string& old_password,
                              const std::string& new_password, const RequestOrigin& origin);

    core::Result<void> verify_email(const std::string& token, const RequestOrigin& origin);
    // Also when there is nothing to verify any more: then no mail goes out.
    core::Result<void> resend_verification(const std::string& user_id, const RequestOrigin& origin);

    // Steps of a transaction that holds the user's row.
    void mail(postgres::Transaction& tx, const User& user, MailPurpose purpose,
              const telemetry::Trace& trace);
    // All sessions end, what was mailed is worth nothing any more, and an address not proved yet is
    // forgotten: somebody else may have given it.
    void set(postgres::Transaction& tx, User user, const std::string& hash);

private:
    std::chrono::seconds life_of(const User& user, MailPurpose purpose) const;

    postgres::Database& db_;
    Hasher& hasher_;
    const LoginThrottle& login_throttle_;
    const Config config_;
};

}  // namespace auth
