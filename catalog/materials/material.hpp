// A material: what parts are made of, received in lots. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog/stock/quantity.hpp"
#include "catalog/stock/stock.hpp"
#include "core/clock.hpp"

namespace catalog {

// What an admin says.
struct MaterialDraft {
    std::string code;
    std::string name;
    std::string description;
    Unit unit;  // what it is measured in, for good: its stock is in it
    bool active;
    bool operator==(const MaterialDraft&) const = default;
};

struct Material {
    MaterialDraft draft;
    Balance stock;  // in the material's unit
    std::int64_t version;
    core::Time created_at;
    core::Time updated_at;
};

// What was received together. Machines may tell of a lot before anybody registered it.
struct Lot {
    std::string lot;
    std::string supplier;
    Quantity received;
    Quantity consumed;
    core::Time created_at;
};

struct MaterialWithLots {
    Material material;
    std::vector<Lot> lots;  // the newest
};

}  // namespace catalog
