// The routes of materials and their lots.
#pragma once

#include <vector>

#include "base/http.hpp"
#include "catalog/material_service.hpp"

namespace catalog {

std::vector<base::http::Route> material_routes(Materials& materials, base::pg::Database& db);

}  // namespace catalog
