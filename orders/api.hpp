// The routes of the service: JSON to domain and back.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "telemetry/metrics.hpp"
#include "postgres/database.hpp"
#include "orders/service.hpp"

namespace orders {

// `service` and `db` must outlive the routes.
std::vector<base::http::Route> routes(Service& service, base::pg::Database& db, base::Metrics& metrics);

}  // namespace orders
