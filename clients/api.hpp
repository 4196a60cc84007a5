// The routes of the service.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clients/service.hpp"
#include "events/messaging.hpp"
#include "http/server.hpp"
#include "postgres/database.hpp"

namespace clients {

// Asks `orders` for what it holds of a client: a JSON list's text, or nothing when it can't be had now.
using OrdersOf = std::function<std::optional<std::string>(const ClientId& id, const telemetry::Trace& trace)>;

// All of them must outlive the routes.
std::vector<http::Route> routes(Service& service, postgres::Database& db, OrdersOf orders_of);

}  // namespace clients
