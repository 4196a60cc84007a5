// What the service does by itself: the first users, requests for new passwords, an end to what is old.
#pragma once

#include <thread>

#include "auth/services.hpp"
#include "auth/settings.hpp"
#include "postgres/database.hpp"

namespace auth {

// Makes the first admin and program – `services.made_first` then – and from there on answers requests for new
// passwords as they come, and deletes what is over. Until the thread is asked to stop.
std::jthread run_maintenance(postgres::Database& db, Services& services, First first);

}  // namespace auth
