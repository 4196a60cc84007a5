// The routes of what is made: for orders, by the hour, and what machines are told to make.
#pragma once

#include <vector>

#include "catalog/machines/command_service.hpp"
#include "catalog/production/production_service.hpp"
#include "http/server.hpp"

namespace catalog {

std::vector<http::Route> production_routes(Production& production, Commands& commands);

}  // namespace catalog
