// The routes of the service: JSON to domain and back.
#pragma once

#include <vector>

#include "base/http.hpp"
#include "base/metrics.hpp"
#include "base/pg.hpp"
#include "orders/service.hpp"

namespace orders {

// `service` and `db` must outlive the routes.
std::vector<base::http::Route> routes(Service& service, base::pg::Database& db, base::Metrics& metrics);

}  // namespace orders
