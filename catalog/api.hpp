// catalog's routes: one list out of those of its resources.
#pragma once

#include <vector>

#include "base/http.hpp"
#include "base/metrics.hpp"
#include "base/pg.hpp"
#include "catalog/bill_of_materials_service.hpp"
#include "catalog/command.hpp"
#include "catalog/dead_letter_service.hpp"
#include "catalog/intake.hpp"
#include "catalog/machine_service.hpp"
#include "catalog/material_service.hpp"
#include "catalog/part_service.hpp"
#include "catalog/product_service.hpp"
#include "catalog/production_service.hpp"
#include "catalog/stock_service.hpp"

namespace catalog {

// What the service can do.
struct Services {
    explicit Services(base::pg::Database& db)
        : intake(db),
          machines(db),
          dead_letters(db),
          production(db),
          commands(db),
          materials(db),
          parts(db),
          products(db),
          stock(db),
          bills(db) {}
    Intake intake;
    Machines machines;
    DeadLetters dead_letters;
    Production production;
    Commands commands;
    Materials materials;
    Parts parts;
    Products products;
    Stock stock;
    BillsOfMaterials bills;
};

std::vector<base::http::Route> routes(Services& services, base::pg::Database& db, base::Metrics& metrics);

}  // namespace catalog
