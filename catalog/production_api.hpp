// The routes of what is made: for orders, by the hour, and what machines are told to make.
#pragma once

#include <vector>

#include "base/http.hpp"
#include "catalog/command.hpp"
#include "catalog/production_service.hpp"

namespace catalog {

std::vector<base::http::Route> production_routes(Production& production, Commands& commands);

}  // namespace catalog
