// The routes of parts and their revisions.
#pragma once

#include <vector>

#include "catalog/parts/part_service.hpp"
#include "http/server.hpp"

namespace catalog {

std::vector<http::Route> part_routes(Parts& parts, postgres::Database& db);

}  // namespace catalog
