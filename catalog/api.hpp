// catalog's routes: one list out of those of its resources.
#pragma once

#include <vector>

#include "catalog/ingest/dead_letter_service.hpp"
#include "catalog/ingest/ingest_service.hpp"
#include "catalog/machines/command_service.hpp"
#include "catalog/machines/machine_service.hpp"
#include "catalog/materials/material_service.hpp"
#include "catalog/parts/bill_of_materials_service.hpp"
#include "catalog/parts/part_service.hpp"
#include "catalog/production/production_service.hpp"
#include "catalog/products/product_service.hpp"
#include "catalog/stock/stock_service.hpp"
#include "http/server.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace catalog {

// What the service can do.
struct Services {
    explicit Services(postgres::Database& db)
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
    IngestService intake;
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

std::vector<http::Route> routes(Services& services, postgres::Database& db, telemetry::Metrics& metrics);

}  // namespace catalog
