// The routes of bills of materials.
#pragma once

#include <vector>

#include "catalog/parts/bill_of_materials_service.hpp"
#include "http/server.hpp"

namespace catalog {

std::vector<http::Route> bill_of_materials_routes(BillsOfMaterials& bills);

}  // namespace catalog
