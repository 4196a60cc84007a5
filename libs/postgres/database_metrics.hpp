// What is seen of a service's database: its pools of connections, whether it answers, whether its log is
// archived.
#pragma once

#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace postgres {

// database_up and database_archiver_… of `db`, and its pool, called "service". It must outlive what scrapes.
// Asks over a connection of its own beside the pool.
void watch_database(postgres::Database& db, telemetry::Metrics& metrics);
// Another pool on the same database.
void watch_pool(const postgres::Database& db, telemetry::Metrics& metrics, const std::string& name);

}  // namespace postgres
