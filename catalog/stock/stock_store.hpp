// Every SQL statement of the stock; lists of movements go through in two statements.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/stock/stock.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog::store {

using postgres::Transaction;

// Locks the balances of `items`, in their order; those there is nothing of yet are made.
std::map<std::string, Balance, std::less<>> lock_balances(Transaction& tx,
                                                          const std::vector<std::string>& items);

// Writes the movements into the ledger and adds them to the balances; answers their ids. Balances are locked
// in the order of their items.
std::vector<std::string> move(Transaction& tx, std::span<const Movement> movements);

struct ItemUnit {
    std::string item;
    Unit unit;
};
// What the thing is kept as: a product that is a part is kept as the part. Nothing when there is no such
// thing.
std::optional<ItemUnit> find_item(Transaction& tx, const Thing& thing);

std::optional<LedgerEntry> find_movement(Transaction& tx, const std::string& id);
// Newest first.
std::vector<LedgerEntry> list_movements(Transaction& tx, const std::string& item, const rest::Page& page);
// By item.
std::vector<StockItem> list_stock(Transaction& tx, const rest::Page& page);

}  // namespace catalog::store
