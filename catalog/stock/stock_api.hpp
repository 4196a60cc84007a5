// The routes of the stock and its ledger.
#pragma once

#include <vector>

#include "catalog/stock/stock_service.hpp"
#include "http/server.hpp"

namespace catalog {

std::vector<http::Route> stock_routes(Stock& stock, postgres::Database& db);

}  // namespace catalog
