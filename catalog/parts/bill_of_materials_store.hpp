// Every SQL statement of bills of materials.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/parts/bill_of_materials.hpp"
#include "postgres/database.hpp"

namespace catalog::store {

using postgres::Transaction;

// Until the transaction ends no other bill changes: together two could become a circle that neither is.
void lock_bills(Transaction& tx);
// Each thing's unit, in their order; nothing for one there is not.
std::vector<std::optional<Unit>> units_of(Transaction& tx, const std::vector<Thing>& things);
// Those of `components` (numbers) that are the part, or have it in them at any depth.
std::vector<std::string> components_with(Transaction& tx, const std::string& part,
                                         const std::vector<std::string>& components);

void delete_bill(Transaction& tx, const std::string& part);
// In this order; the quantities in the components' units.
void insert_bill(Transaction& tx, const std::string& part, const std::vector<ComponentDraft>& components);
std::vector<Component> bill(Transaction& tx, const std::string& part);

}  // namespace catalog::store
