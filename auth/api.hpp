// The routes of the service: JSON to domain and back.
#pragma once

#include <vector>

#include "auth/accounts/user_service.hpp"
#include "auth/api_clients/api_client_service.hpp"
#include "auth/services.hpp"
#include "auth/sessions/login_service.hpp"
#include "http/server.hpp"
#include "http/worker_pool.hpp"

namespace auth {

using Routes = std::vector<http::Route>;

// All of them must outlive the routes.
Routes routes(Services& services, postgres::Database& db);

Routes login_routes(Logins& logins, http::WorkerPool& pool);
Routes password_routes(Passwords& passwords, http::WorkerPool& pool);
Routes people_routes(UserService& people, Passwords& passwords, http::WorkerPool& pool);
Routes program_routes(ApiClientService& programs);
Routes key_routes(KeyRing& keys);
Routes audit_routes(AuditLog& audit, postgres::Database& db);

}  // namespace auth
