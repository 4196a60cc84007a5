// The routes of products and their prices.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "catalog/products/product_service.hpp"

namespace catalog {

std::vector<http::Route> product_routes(Products& products, postgres::Database& db);

}  // namespace catalog
