// The routes of materials and their lots.
#pragma once

#include <vector>

#include "catalog/materials/material_service.hpp"
#include "http/server.hpp"

namespace catalog {

std::vector<http::Route> material_routes(Materials& materials, postgres::Database& db);

}  // namespace catalog
