// What is held of a client, for the export `clients` gives them.
#pragma once

#include "http/server.hpp"
#include "orders/service.hpp"

namespace orders {

// POST /internal/v1/personal-data {"client_id"} → {"orders":[…]}
http::Route personal_data_route(Service& service);

}  // namespace orders
