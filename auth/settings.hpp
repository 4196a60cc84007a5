// What the service is told by its environment, and what it does by itself.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "auth/event_handlers.hpp"
#include "auth/sessions/login_throttle.hpp"
#include "auth/users/password_hasher.hpp"
#include "auth/signing_keys/key_ring.hpp"
#include "auth/sessions/login_service.hpp"
#include "auth/accounts/password_service.hpp"
#include "auth/accounts/user_service.hpp"
#include "auth/api_clients/api_client_service.hpp"
#include "core/environment.hpp"
#include "events/messaging.hpp"
#include "postgres/database.hpp"
#include "core/secret.hpp"

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
    static Settings read(core::Environment& environment);
};

// Makes the first admin and program – `made_first` then – and from there on answers requests for new
// passwords as they come, and deletes what is over.
std::jthread run_maintenance(postgres::Database& db, Passwords& passwords, UserService& people, ApiClientService& programs,
                        First first, std::atomic<bool>& made_first);

}  // namespace auth
