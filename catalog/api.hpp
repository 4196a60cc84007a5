// catalog's routes: one list out of those of its resources.
#pragma once

#include <vector>

#include "base/http.hpp"
#include "base/metrics.hpp"
#include "base/pg.hpp"

namespace catalog {

std::vector<base::http::Route> routes(base::pg::Database& db, base::Metrics& metrics);

}  // namespace catalog
