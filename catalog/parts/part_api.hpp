// The routes of parts and their revisions.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "catalog/parts/part_service.hpp"

namespace catalog {

std::vector<http::Route> part_routes(Parts& parts, postgres::Database& db);

}  // namespace catalog
