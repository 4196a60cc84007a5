// The route machine messages come in by, from mqtt-bridge.
#pragma once

#include <vector>

#include "base/http.hpp"
#include "base/metrics.hpp"
#include "catalog/intake.hpp"

namespace catalog {

std::vector<base::http::Route> intake_routes(Intake& intake, base::Metrics& metrics);

}  // namespace catalog
