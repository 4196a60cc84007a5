// What can be done with the stock: move it, and see what there is and how that came about.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/stock/stock.hpp"
#include "core/result.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog {

// What an admin asks for.
struct MovementRequest {
    Thing thing;
    MovementKind kind;
    Quantity quantity;         // without a fault
    std::optional<Unit> unit;  // nothing: the thing's own
    std::string reference;
    std::string reason;
};

struct Moved {
    LedgerEntry entry;
    Balance balance;  // after it
};

class Stock {
public:
    explicit Stock(postgres::Database& db) : db_(db) {}

    // A step of `once`. `invalid` when there is no such thing or the unit is not one of its kind,
    // `conflict` when there is not that much.
    core::Result<Moved> move(postgres::Transaction& tx, const MovementRequest& request);
    // Newest first.
    std::vector<LedgerEntry> movements(const std::string& item, const rest::Page& page);
    // By item.
    std::vector<StockItem> list(const rest::Page& page);

private:
    postgres::Database& db_;
};

}  // namespace catalog
