// What can be done with bills of materials: say what a part is made of, and see it.
#pragma once

#include <string>
#include <vector>

#include "catalog/parts/bill_of_materials.hpp"
#include "core/result.hpp"
#include "postgres/database.hpp"

namespace catalog {

class BillsOfMaterials {
public:
    explicit BillsOfMaterials(postgres::Database& db) : db_(db) {}

    core::Result<std::vector<Component>> find(const std::string& part);
    // Instead of what was said before. `invalid` names the components there are not, whose unit does not fit,
    // or that have the part in them.
    core::Result<std::vector<Component>> replace(const std::string& part,
                                                 const std::vector<ComponentDraft>& components);

private:
    postgres::Database& db_;
};

}  // namespace catalog
