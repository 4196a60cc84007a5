// The routes of dead letters.
#pragma once

#include <vector>

#include "base/http.hpp"
#include "catalog/dead_letter_service.hpp"

namespace catalog {

std::vector<base::http::Route> dead_letter_routes(DeadLetters& letters);

}  // namespace catalog
