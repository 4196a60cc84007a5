// What has to be done now and then: room for the events of months to come, and an end to what is old.
#pragma once

#include <thread>

#include "catalog/machines/command_service.hpp"
#include "core/environment.hpp"
#include "postgres/database.hpp"

namespace catalog {

int read_months_kept(core::Environment& environment);

// At once and then every hour, until the thread is asked to stop: makes the partitions of the next months,
// drops those that ended `keep_months` months ago, forgets commands long published.
std::jthread run_maintenance(postgres::Database& db, Commands& commands, int keep_months);

}  // namespace catalog
