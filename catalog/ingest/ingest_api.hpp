// The route machine messages come in by, from mqtt-bridge.
#pragma once

#include <vector>

#include "http/server.hpp"
#include "telemetry/metrics.hpp"
#include "catalog/ingest/ingest_service.hpp"

namespace catalog {

std::vector<base::http::Route> intake_routes(Intake& intake, base::Metrics& metrics);

}  // namespace catalog
