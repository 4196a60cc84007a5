// The stock's ledger: movements of items, and the balance they add up to. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/quantity.hpp"

namespace catalog {

// The item that something of the catalog is kept as: part:PN-88, material:PVC, product:MUG-01.
std::string stock_item_of_part(std::string_view number);
std::string stock_item_of_material(std::string_view code);
std::string stock_item_of_product(std::string_view sku);

enum class MovementKind {
    reserve,  // promised to somebody
    release,  // no longer promised
    commit,   // handed over to whom it was promised
    produce,
    consume,
    receive,
    adjust,  // to what was counted
};
std::string_view to_string(MovementKind kind);
std::optional<MovementKind> parse_movement_kind(std::string_view text);

// The machine's messages a movement sums up.
struct MachineOrigin {
    std::string machine;
    std::int64_t boot;
    std::int64_t from_seq;
    std::int64_t to_seq;
};

struct Movement {
    std::string item;
    MovementKind kind;
    Quantity on_hand;            // change, in the item's unit
    Quantity reserved;           // change
    std::string reference = {};  // an order, a work order, a lot
    std::string reason = {};
    std::optional<MachineOrigin> origin = {};
};

struct Balance {
    Quantity on_hand;
    Quantity reserved;
    Quantity available() const { return on_hand - reserved; }
};

}  // namespace catalog
