// What requests and answers of the catalog say alike: names, units, quantities.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/stock/quantity.hpp"
#include "catalog/stock/stock.hpp"
#include "core/json.hpp"
#include "core/json_reader.hpp"

namespace catalog {

using Json = core::json::Value;  // members in the order they are written

// ---- answers

// A whole number where it is one.
Json to_json(Quantity quantity);
// {"on_hand","reserved","available"}
Json to_json(const Balance& balance);
// What tells an ETag's versions apart that show this balance: in millionths, on hand and reserved.
std::string to_tag(const Balance& balance);

// ---- requests; a fault is added to the reader's

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
