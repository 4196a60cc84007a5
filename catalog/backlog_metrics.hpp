// Gauges of what waits for a machine or an admin, set at every scrape.
#pragma once

#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace catalog {

void watch_backlog(postgres::Database& db, telemetry::Metrics& metrics);

}  // namespace catalog
