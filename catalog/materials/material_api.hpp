// The routes of materials and their lots.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "catalog/materials/material_service.hpp"

namespace catalog {

std::vector<base::http::Route> material_routes(Materials& materials, base::pg::Database& db);

}  // namespace catalog
