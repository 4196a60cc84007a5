// What can be done with materials: register and change them, take in lots.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/materials/material.hpp"
#include "core/result.hpp"
#include "postgres/database.hpp"
#include "rest/etag.hpp"
#include "rest/page.hpp"

namespace catalog {

class Materials {
public:
    explicit Materials(postgres::Database& db) : db_(db) {}

    // A step of `once`. `conflict` when the code is taken.
    core::Result<MaterialWithLots> create(postgres::Transaction& tx, const MaterialDraft& draft);
    // With its 20 newest lots.
    core::Result<MaterialWithLots> find(const std::string& code);
    std::vector<Material> list(std::optional<bool> active, const rest::Page& page);
    using Edit = std::function<core::Result<MaterialDraft>(const MaterialDraft& before)>;
    core::Result<MaterialWithLots> change(const std::string& code, const rest::VersionTest& expected,
                                          const Edit& edit);

    // Reads a lot whose quantities are to be in the material's unit.
    using ReadLot = std::function<core::Result<Lot>(Unit)>;
    // A step of `once`. What is received goes into the stock. `conflict` when the material has the lot.
    core::Result<Lot> add_lot(postgres::Transaction& tx, const std::string& code, const ReadLot& read);
    core::Result<std::vector<Lot>> lots(const std::string& code, const rest::Page& page);

private:
    postgres::Database& db_;
};

}  // namespace catalog
