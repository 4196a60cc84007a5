// The routes of the service: JSON to domain and back.
#pragma once

#include <vector>

#include "auth/sessions/login_service.hpp"
#include "auth/accounts/user_service.hpp"
#include "auth/api_clients/api_client_service.hpp"
#include "events/messaging.hpp"
#include "http/server.hpp"
#include "http/worker_pool.hpp"

namespace auth {

// Requests that hash a password wait and run apart from all others: these are answered meanwhile.
inline constexpr http::WorkerPoolNames kPasswordQueue{
    .waiting = {"password_queue_waiting", "Requests that wait to hash a password"},
    .refused = {"password_queue_refused_total", "Requests refused because too many waited"},
    .too_many = "too many are logging in, try again"};

// What the service can do, in one place.
struct Services {
    http::WorkerPool& pool;
    KeyRing& keys;
    Logins& logins;
    Passwords& passwords;
    UserService& people;
    ApiClientService& programs;
    AuditLog& audit;
    postgres::Database& db;
    events::Events& events;
};

using Routes = std::vector<http::Route>;

// All of them must outlive the routes.
Routes routes(const Services& services);

Routes login_routes(Logins& logins, http::WorkerPool& pool);
Routes password_routes(Passwords& passwords, http::WorkerPool& pool);
Routes people_routes(UserService& people, Passwords& passwords, http::WorkerPool& pool);
Routes program_routes(ApiClientService& programs);
Routes key_routes(KeyRing& keys);
Routes audit_routes(AuditLog& audit, postgres::Database& db);

}  // namespace auth
