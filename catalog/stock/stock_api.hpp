// The routes of the stock and its ledger.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "catalog/stock/stock_service.hpp"

namespace catalog {

std::vector<base::http::Route> stock_routes(Stock& stock, base::pg::Database& db);

}  // namespace catalog
