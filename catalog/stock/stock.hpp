// The stock's ledger: movements of items, and the balance they add up to. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/stock/quantity.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"

namespace catalog {

// The item that something of the catalog is kept as: part:PN-88, material:PVC, product:MUG-01.
std::string stock_item_of_part(std::string_view number);
std::string stock_item_of_material(std::string_view code);
std::string stock_item_of_product(std::string_view sku);

// What of the catalog somebody names.
struct Thing {
    enum class Kind { part, material, product };
    Kind kind;
    std::string name;  // number, code, SKU
    bool operator==(const Thing&) const = default;
};
std::string_view to_string(Thing::Kind kind);
// Of an item's name; nothing when it is none.
std::optional<Thing> parse_stock_item(std::string_view item);

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
    bool operator==(const Balance&) const = default;
};

// Why nothing can be moved by that much; nothing when it can. Only what is adjusted to a count can become
// less.
std::optional<std::string> find_quantity_fault(MovementKind kind, Quantity quantity);

// What moving `quantity` (without a fault) adds to `before`: `conflict` when what is available, or what is
// reserved, is less than that. A count is believed, so an adjustment may leave less than was promised.
core::Result<Balance> change_of(MovementKind kind, Quantity quantity, const Balance& before);

// A movement in the ledger.
struct LedgerEntry {
    std::string id;
    Movement movement;
    core::Time at;
};

// An item with what there is of it.
struct StockItem {
    std::string item;
    std::optional<Unit> unit;  // nothing for what the catalog no longer knows
    Balance balance;
    core::Time updated_at;
};

}  // namespace catalog
