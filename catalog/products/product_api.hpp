// The routes of products and their prices.
#pragma once

#include <vector>

#include "catalog/products/product_service.hpp"
#include "http/server.hpp"

namespace catalog {

std::vector<http::Route> product_routes(Products& products, postgres::Database& db);

}  // namespace catalog
