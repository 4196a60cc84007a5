#include "catalog/stock/stock_service.hpp"

#include "catalog/stock/stock_store.hpp"

namespace catalog {

using core::Result;
using store::Transaction;

Result<Moved> Stock::move(Transaction& tx, const MovementRequest& request) {
    const auto& [thing, kind, said, unit, reference, reason] = request;
    const auto found = store::find_item(tx, thing);
    const std::string what{to_string(thing.kind)};
    if (!found) return core::invalid(what, "there is no " + what + " " + thing.name);
    const auto quantity = in_unit(said, unit, found->unit);
    if (!quantity) return quantity.error();
    const auto before = store::lock_balances(tx, {found->item}).at(found->item);
    const auto change = change_of(kind, *quantity, before);
    if (!change) return change.error();
    const Movement movements[] = {{.item = found->item,
                                   .kind = kind,
                                   .on_hand = change->on_hand,
                                   .reserved = change->reserved,
                                   .reference = reference,
                                   .reason = reason}};
    const auto ids = store::move(tx, movements);
    return Moved{store::find_movement(tx, ids.front()).value(),
                 {before.on_hand + change->on_hand, before.reserved + change->reserved}};
}

std::vector<LedgerEntry> Stock::movements(const std::string& item, const rest::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_movements(tx, item, page); });
}

std::vector<StockItem> Stock::list(const rest::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_stock(tx, page); });
}

}  // namespace catalog
