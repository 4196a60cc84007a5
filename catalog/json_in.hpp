// What requests to the catalog say alike: names, units, quantities. A fault is added to the reader's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "catalog/quantity.hpp"

namespace catalog {

// By is_plain_name.
std::string read_plain_name(base::json::Reader& reader, std::string_view name);
std::optional<std::string> read_optional_plain_name(base::json::Reader& reader, std::string_view name);

Unit read_unit(base::json::Reader& reader, std::string_view name);

// At least `min`.
Quantity read_quantity(base::json::Reader& reader, std::string_view name, Quantity min);

// A quantity in `unit`, turned into `target`, which is used where `unit` is not said.
Quantity read_quantity_in(base::json::Reader& reader, std::string_view name, Quantity min, Unit target);

}  // namespace catalog
