// The routes of machines, their gaps and history.
#pragma once

#include <vector>

#include "catalog/machines/machine_service.hpp"
#include "http/server.hpp"

namespace catalog {

std::vector<http::Route> machine_routes(Machines& machines, postgres::Database& db);

}  // namespace catalog
