// Every SQL statement of materials and their lots; what machines do to lots is in intake_store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/materials/material.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog::store {

using postgres::Transaction;

// False when the code is taken.
bool insert_material(Transaction& tx, const MaterialDraft& draft);
std::optional<Material> find_material(Transaction& tx, const std::string& code);
std::optional<Material> find_material_for_update(Transaction& tx, const std::string& code);
// All but code and unit, as a new version.
void save_material(Transaction& tx, const MaterialDraft& draft);
// By code.
std::vector<Material> list_materials(Transaction& tx, std::optional<bool> active, const rest::Page& page);

// False when the material has it already.
bool insert_lot(Transaction& tx, const std::string& material, const Lot& lot);
std::optional<Lot> find_lot(Transaction& tx, const std::string& material, const std::string& lot);
// By name.
std::vector<Lot> list_lots(Transaction& tx, const std::string& material, const rest::Page& page);
std::vector<Lot> newest_lots(Transaction& tx, const std::string& material, int limit);

}  // namespace catalog::store
