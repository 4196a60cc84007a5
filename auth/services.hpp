// Everything the service is made of beside its database and its events, in the order it is built.
#pragma once

#include <atomic>

#include "auth/pool.hpp"
#include "auth/settings.hpp"
#include "telemetry/metrics.hpp"

namespace auth {

struct Services {
    Services(postgres::Database& db, Settings& settings, telemetry::Metrics& metrics);
    Hasher hasher;
    KeyRing keys;
    LoginThrottle login_throttle;
    Logins logins;
    Passwords passwords;
    UserService people;
    ApiClientService programs;
    AuditLog audit;
    EventHandlers consumer;
    WorkerPool pool;
    std::atomic<bool> made_first = false;  // the first admin and program are there

    bool ready() const { return keys.has_keys() && made_first; }
};

}  // namespace auth
