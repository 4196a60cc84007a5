// Gauges of what waits for a machine or an admin, set at every scrape.
#pragma once

#include "telemetry/metrics.hpp"
#include "postgres/database.hpp"

namespace catalog {

void watch_backlog(postgres::Database& db, telemetry::Metrics& metrics);

}  // namespace catalog
