// catalog's routes: one list out of those of its resources.
#pragma once

#include <vector>

#include "base/http.hpp"
#include "base/metrics.hpp"
#include "base/pg.hpp"
#include "catalog/dead_letter_service.hpp"
#include "catalog/intake.hpp"
#include "catalog/machine_service.hpp"

namespace catalog {

// What the service can do.
struct Services {
    explicit Services(base::pg::Database& db) : intake(db), machines(db), dead_letters(db) {}
    Intake intake;
    Machines machines;
    DeadLetters dead_letters;
};

std::vector<base::http::Route> routes(Services& services, base::pg::Database& db, base::Metrics& metrics);

}  // namespace catalog
