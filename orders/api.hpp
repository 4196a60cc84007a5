// The routes of the service: JSON to domain and back.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "orders/service.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace orders {

// `service` and `db` must outlive the routes.
std::vector<http::Route> routes(Service& service, postgres::Database& db, telemetry::Metrics& metrics);

}  // namespace orders
