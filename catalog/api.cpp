#include "catalog/api.hpp"

#include <algorithm>
#include <iterator>

#include "catalog/ingest/dead_letter_api.hpp"
#include "catalog/ingest/ingest_api.hpp"
#include "catalog/machines/machine_api.hpp"
#include "catalog/materials/material_api.hpp"
#include "catalog/parts/bill_of_materials_api.hpp"
#include "catalog/parts/part_api.hpp"
#include "catalog/production/production_api.hpp"
#include "catalog/products/product_api.hpp"
#include "catalog/stock/stock_api.hpp"

namespace catalog {

std::vector<http::Route> routes(Services& services, postgres::Database& db, telemetry::Metrics& metrics) {
    std::vector<http::Route> all;
    const auto add = [&all](std::vector<http::Route> some) {
        std::ranges::move(some, std::back_inserter(all));
    };
    add(dead_letter_routes(services.dead_letters));
    add(intake_routes(services.intake, metrics));
    add(machine_routes(services.machines, db));
    add(material_routes(services.materials, db));
    add(part_routes(services.parts, db));
    add(product_routes(services.products, db));
    add(production_routes(services.production, services.commands));
    add(stock_routes(services.stock, db));
    add(bill_of_materials_routes(services.bills));
    return all;
}

}  // namespace catalog
