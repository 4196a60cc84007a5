// The routes of the stock and its ledger.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "catalog/stock/stock_service.hpp"

namespace catalog {

std::vector<http::Route> stock_routes(Stock& stock, postgres::Database& db);

}  // namespace catalog
