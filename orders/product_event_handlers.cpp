#include "orders/product_event_handlers.hpp"

#include "contracts/product_event.hpp"
#include "orders/store.hpp"

namespace orders {
namespace {

using core::Result;
using events::Event;
using postgres::Transaction;

Result<void> note(Transaction& tx, const Event& event) {
    const auto product = contracts::product_event_from_json(event.data);
    if (!product) return product.error();
    if (store::save_seller(tx, product->sku, product->seller, event.version))
        store::set_unknown_sellers(tx, product->sku, product->seller, product->created_at);
    return {};
}

}  // namespace

void register_product_handlers(events::Inbox& inbox) {
    inbox.on("product.created", note);
    inbox.on("product.changed", note);
}

}  // namespace orders
