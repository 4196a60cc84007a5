// What can be done with materials: register and change them, take in lots.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rest/etag.hpp"
#include "rest/page.hpp"
#include "postgres/database.hpp"
#include "core/result.hpp"
#include "catalog/materials/material.hpp"

namespace catalog {

class Materials {
public:
    explicit Materials(base::pg::Database& db) : db_(db) {}

    // A step of `base::once`. `conflict` when the code is taken.
    base::Result<MaterialWithLots> create(base::pg::Transaction& tx, const MaterialDraft& draft);
    // With its 20 newest lots.
    base::Result<MaterialWithLots> find(const std::string& code);
    std::vector<Material> list(std::optional<bool> active, const base::Page& page);
    using Edit = std::function<base::Result<MaterialDraft>(const MaterialDraft& before)>;
    base::Result<MaterialWithLots> change(const std::string& code, const base::VersionTest& expected,
                                          const Edit& edit);

    // Reads a lot whose quantities are to be in the material's unit.
    using ReadLot = std::function<base::Result<Lot>(Unit)>;
    // A step of `base::once`. What is received goes into the stock. `conflict` when the material has the lot.
    base::Result<Lot> add_lot(base::pg::Transaction& tx, const std::string& code, const ReadLot& read);
    base::Result<std::vector<Lot>> lots(const std::string& code, const base::Page& page);

private:
    base::pg::Database& db_;
};

}  // namespace catalog
