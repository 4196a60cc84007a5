#include "catalog/event_handlers.hpp"

#include "catalog/production/production_service.hpp"
#include "contracts/order_event.hpp"

namespace catalog {
namespace {

using core::Result;
using events::Event;
using postgres::Transaction;

// Of an order only what making it takes: its id, and of each line SKU and quantity. Positions count from 1.
ProductionRequest request_of(const contracts::OrderEvent& order) {
    ProductionRequest request{order.id, {}};
    std::int64_t position = 0;
    for (const auto& [sku, quantity] : order.lines) request.lines.push_back({++position, sku, quantity});
    return request;
}

}  // namespace

void register_handlers(events::Inbox& inbox, Production& production) {
    inbox.on("order.paid", [&production](Transaction& tx, const Event& event) -> Result<void> {
        const auto order = contracts::order_event_from_json(event.data);
        if (!order) return order.error();
        // Parked and told again long after, say.
        if (events::is_outdated(tx, "order.canceled", event)) return {};
        production.take(tx, request_of(*order));
        return {};
    });
    inbox.on("order.canceled", [&production](Transaction& tx, const Event& event) -> Result<void> {
        events::is_newest(tx, event.type, event);  // so that it is remembered
        production.cancel(tx, event.subject);
        return {};
    });
}

}  // namespace catalog
