// The routes of dead letters.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "catalog/ingest/dead_letter_service.hpp"

namespace catalog {

std::vector<http::Route> dead_letter_routes(DeadLetters& letters);

}  // namespace catalog
