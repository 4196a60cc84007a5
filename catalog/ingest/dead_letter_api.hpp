// The routes of dead letters.
#pragma once

#include <vector>

#include "catalog/ingest/dead_letter_service.hpp"
#include "http/server.hpp"

namespace catalog {

std::vector<http::Route> dead_letter_routes(DeadLetters& letters);

}  // namespace catalog
