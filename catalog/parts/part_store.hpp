// Every SQL statement of parts and their revisions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/parts/part.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog::store {

using postgres::Transaction;

// False when the number is taken.
bool insert_part(Transaction& tx, const PartDraft& draft);
std::optional<Part> find_part(Transaction& tx, const std::string& number);
std::optional<Part> find_part_for_update(Transaction& tx, const std::string& number);
// All but number and unit, as a new version.
void save_part(Transaction& tx, const PartDraft& draft);
// By number.
std::vector<Part> list_parts(Transaction& tx, std::optional<bool> active, const rest::Page& page);

// False when the part has it already.
bool insert_revision(Transaction& tx, const std::string& part, const std::string& revision,
                     const std::string& note);
// Newest first.
std::vector<Revision> revisions(Transaction& tx, const std::string& part);

}  // namespace catalog::store
