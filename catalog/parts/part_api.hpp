// The routes of parts and their revisions.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "catalog/parts/part_service.hpp"

namespace catalog {

std::vector<base::http::Route> part_routes(Parts& parts, base::pg::Database& db);

}  // namespace catalog
