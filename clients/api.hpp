// The routes of the service.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/http.hpp"
#include "base/pg.hpp"
#include "clients/service.hpp"

namespace clients {

// Asks `orders` for what it holds of a client: a JSON list's text, or nothing when it can't be had now.
using OrdersOf = std::function<std::optional<std::string>(const ClientId& id, const base::Trace& trace)>;

// All of them must outlive the routes.
std::vector<base::http::Route> routes(Service& service, base::pg::Database& db, OrdersOf orders_of);

}  // namespace clients
