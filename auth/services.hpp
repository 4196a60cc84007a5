// Everything the service is made of beside its database and its events, in the order it is built.
#pragma once

#include <atomic>

#include "auth/settings.hpp"
#include "http/worker_pool.hpp"
#include "telemetry/metrics.hpp"

namespace auth {

// Requests that hash a password wait and run apart from all others: these are answered meanwhile.
inline constexpr http::WorkerPoolNames kPasswordQueue{
    .waiting = {"password_queue_waiting", "Requests that wait to hash a password"},
    .refused = {"password_queue_refused_total", "Requests refused because too many waited"},
    .too_many = "too many are logging in, try again"};

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
    http::WorkerPool pool;
    std::atomic<bool> made_first = false;  // the first admin and program are there

    bool ready() const { return keys.has_keys() && made_first; }
};

}  // namespace auth
