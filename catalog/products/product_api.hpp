// The routes of products and their prices.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "catalog/products/product_service.hpp"

namespace catalog {

std::vector<base::http::Route> product_routes(Products& products, base::pg::Database& db);

}  // namespace catalog
