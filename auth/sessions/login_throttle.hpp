// Who may try passwords now: failures are counted by account, by network, and by account and network.
//
// Somebody who fails elsewhere keeps nobody out for long: an account is locked for the network the failures
// came from, and for all only when there are very many, and briefly.
#pragma once

#include <string>
#include <vector>

#include "auth/sessions/lockout.hpp"
#include "core/environment.hpp"
#include "core/secret.hpp"
#include "postgres/database.hpp"

namespace auth {

class LoginThrottle {
public:
    struct Config {
        Lockout account_here;  // from one network
        Lockout account;       // from anywhere
        Lockout address;       // one network, whatever the account
        core::Secret key;      // of digests
        // LOCKOUT_…
        static Config read(core::Environment& environment, core::Secret key);
    };
    explicit LoginThrottle(Config config) : config_(std::move(config)) {}

    // A try that was counted as a failure in advance.
    struct Attempt {
        struct Charge {
            std::string key;
            const Lockout* lockout;
            Failures made;
        };
        std::vector<Charge> charges;  // the first is the account's from this network
        bool locked = false;
    };
    // `address` may be empty: a place of its own, which only locks together with an account.
    Attempt begin(postgres::Transaction& tx, const std::string& email, const std::string& address) const;
    // It was right: nothing is counted for it.
    void succeeded(postgres::Transaction& tx, const Attempt& made) const;
    // After a password reset by mail, earlier failures lock no one out.
    void forget(postgres::Transaction& tx, const std::string& email) const;

    // Tells addresses apart without telling them.
    std::string digest_of(const std::string& email) const;
    // Whether another mail may go to this user now; counted when it may.
    bool may_mail(postgres::Transaction& tx, const std::string& user_id) const;

private:
    const Config config_;
};

}  // namespace auth
