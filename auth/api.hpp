// The routes of the service: JSON to domain and back.
#pragma once

#include <vector>

#include "auth/sessions/login_service.hpp"
#include "auth/accounts/user_service.hpp"
#include "auth/pool.hpp"
#include "auth/api_clients/api_client_service.hpp"
#include "events/messaging.hpp"
#include "http/server.hpp"

namespace auth {

// What the service can do, in one place.
struct Services {
    WorkerPool& pool;
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

Routes login_routes(Logins& logins, WorkerPool& pool);
Routes password_routes(Passwords& passwords, WorkerPool& pool);
Routes people_routes(UserService& people, Passwords& passwords, WorkerPool& pool);
Routes program_routes(ApiClientService& programs);
Routes key_routes(KeyRing& keys);
Routes audit_routes(AuditLog& audit, postgres::Database& db);

}  // namespace auth
