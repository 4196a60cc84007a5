// What requests to the catalog say alike: names, units, quantities. A fault is added to the reader's.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "core/json_reader.hpp"
#include "catalog/stock/quantity.hpp"
#include "catalog/stock/stock.hpp"

namespace catalog {

// By is_plain_name.
std::string read_plain_name(core::json::ObjectReader& reader, std::string_view name);
std::optional<std::string> read_optional_plain_name(core::json::ObjectReader& reader, std::string_view name);

Unit read_unit(core::json::ObjectReader& reader, std::string_view name);

constexpr auto kMaxQuantity = Quantity::of(static_cast<std::int64_t>(Quantity::kMost));

// At least `min`.
Quantity read_quantity(core::json::ObjectReader& reader, std::string_view name, Quantity min);

// A quantity in `unit`, turned into `target`, which is used where `unit` is not said.
Quantity read_quantity_in(core::json::ObjectReader& reader, std::string_view name, Quantity min, Unit target);

// The one of `kinds` that is a member: {"part":"PN-88"}. All of them, and none, are a fault.
Thing read_thing(core::json::ObjectReader& reader, std::initializer_list<Thing::Kind> kinds);

}  // namespace catalog
