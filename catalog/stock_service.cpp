#include "catalog/stock_service.hpp"

#include "catalog/stock_store.hpp"

namespace catalog {
namespace {

using base::Result;
using store::Transaction;

Result<Quantity> in_unit(const MovementRequest& request, Unit target) {
    const auto quantity = request.quantity.convert(request.unit.value_or(target), target);
    if (!quantity) return base::invalid("unit", "can't be turned into " + std::string{target.code()});
    if (*quantity == Quantity{})
        return base::invalid("quantity", "is less than a millionth " + std::string{target.code()});
    return *quantity;
}

}  // namespace

Result<Moved> Stock::move(Transaction& tx, const MovementRequest& request) {
    const auto& [thing, kind, _, unit, reference, reason] = request;
    const auto found = store::find_item(tx, thing);
    const std::string what{to_string(thing.kind)};
    if (!found) return base::invalid(what, "there is no " + what + " " + thing.name);
    const auto quantity = in_unit(request, found->unit);
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

std::vector<LedgerEntry> Stock::movements(const std::string& item, const base::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_movements(tx, item, page); });
}

std::vector<StockItem> Stock::list(const base::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_stock(tx, page); });
}

}  // namespace catalog
