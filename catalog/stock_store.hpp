// Every SQL statement of the stock; lists of movements go through in two statements.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/pg.hpp"
#include "catalog/stock.hpp"

namespace catalog::store {

using base::pg::Transaction;

// Locks the balances of `items`, in their order; those there is nothing of yet are made.
std::map<std::string, Balance, std::less<>> lock_balances(Transaction& tx,
                                                          const std::vector<std::string>& items);

// Writes the movements into the ledger and adds them to the balances. Balances are locked in the order of
// their items.
void move(Transaction& tx, std::span<const Movement> movements);

}  // namespace catalog::store
