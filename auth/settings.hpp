// The service's own variables.
#pragma once

#include <string>

#include "auth/accounts/password_service.hpp"
#include "auth/accounts/user_service.hpp"
#include "auth/api_clients/api_client_service.hpp"
#include "auth/event_handlers.hpp"
#include "auth/sessions/login_service.hpp"
#include "auth/sessions/login_throttle.hpp"
#include "auth/signing_keys/key_ring.hpp"
#include "auth/users/password_hasher.hpp"
#include "core/environment.hpp"
#include "core/secret.hpp"
#include "events/messaging.hpp"
#include "postgres/database.hpp"

namespace auth {

// The first admin and the first program, made when there are none yet.
struct First {
    std::string admin_email;  // empty: none is made
    core::Secret admin_password{""};
    std::string program_id = {};  // likewise
    core::Secret program_secret{""};
};

struct Settings {
    postgres::Database::Config database;
    Hasher::Config hasher;
    KeyRing::Config keys;
    LoginThrottle::Config login_throttle;
    Logins::Config logins;
    Passwords::Config passwords;
    std::size_t max_waiting;
    PasswordSeal seal;
    events::Config events;
    First first;
    // Those of the database and of events among them.
    static Settings read(core::Environment& environment);
};

}  // namespace auth
