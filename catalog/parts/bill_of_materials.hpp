// A bill of materials: what one of a part is made of. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/stock/quantity.hpp"
#include "catalog/stock/stock.hpp"

namespace catalog {

// What an admin says goes into one of the part.
struct ComponentDraft {
    Thing thing;  // a part or a material
    Quantity quantity;
    std::optional<Unit> unit;  // nothing: the component's own
};

struct Component {
    Thing thing;
    std::string name;
    Quantity quantity;  // in `unit`, the component's
    Unit unit;
};

}  // namespace catalog
