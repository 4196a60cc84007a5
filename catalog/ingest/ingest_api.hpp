// The route machine messages come in by, from mqtt-bridge.
#pragma once

#include <vector>

#include "catalog/ingest/ingest_service.hpp"
#include "http/server.hpp"
#include "telemetry/metrics.hpp"

namespace catalog {

std::vector<http::Route> intake_routes(IngestService& intake, telemetry::Metrics& metrics);

}  // namespace catalog
