// The routes of machines, their gaps and history.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "catalog/machines/machine_service.hpp"

namespace catalog {

std::vector<http::Route> machine_routes(Machines& machines, postgres::Database& db);

}  // namespace catalog
