#include "catalog/production/production_service.hpp"

#include <cstdio>

#include "catalog/event_publisher.hpp"
#include "core/digest.hpp"
#include "core/id.hpp"

namespace catalog {
namespace {

using store::Transaction;

// Follows from the order and its line, so that a catalog restored to before it was planned plans the same one
// again. A UUID as others are: the order's time, the position, then a digest of both.
WorkOrderId work_order_id(const std::string& order_id, std::int64_t position) {
    const auto digest = core::sha256_hex(order_id + "/" + std::to_string(position));
    const auto time = core::OrderId::parse(order_id) ? order_id.substr(4, 12) : digest.substr(0, 12);
    char number[4];
    std::snprintf(number, sizeof number, "%03x", static_cast<unsigned>(position) & 0xFFFU);
    return WorkOrderId::trusted("wo_" + time + "7" + number + "8" + digest.substr(17, 15));
}

std::vector<ProductionOrder> plan(Transaction& tx, const ProductionRequest& request) {
    std::vector<std::string> skus;
    for (const auto& line : request.lines) skus.push_back(line.sku);
    const auto made = store::made_to_order(tx, skus);
    std::vector<ProductionOrder> orders;
    for (const auto& line : request.lines) {
        const auto found = made.find(line.sku);
        if (found == made.end()) continue;
        orders.push_back({.id = work_order_id(request.order_id, line.position),
                          .order_id = request.order_id,
                          .position = line.position,
                          .sku = line.sku,
                          .part = found->second.part,
                          .revision = found->second.revision,
                          .quantity = Quantity::of(line.quantity),
                          .machine = {},
                          .good = {},
                          .scrap = {},
                          .canceled = false,
                          .created_at = {}});
    }
    return orders;
}

}  // namespace

void Production::take(Transaction& tx, const ProductionRequest& request) {
    // What an order was answered once stays, also when its products are no longer made to order.
    auto orders = store::production_orders_of(tx, request.order_id);
    if (orders.empty()) {
        const auto planned = plan(tx, request);
        if (!planned.empty()) {
            store::insert_production_orders(tx, planned);
            orders = store::production_orders_of(tx, request.order_id);
        }
    }
    contracts::ProductionPlan told{request.order_id, {}};
    for (const auto& order : orders) {
        told.work_orders.push_back(
            {order.id.value(), order.position, order.quantity.micro() / Quantity::kMicro});
    }
    publish_planned(tx, told);
}

void Production::cancel(Transaction& tx, const std::string& order_id) {
    const auto canceled = store::cancel_production_orders(tx, order_id);
    if (!canceled.empty()) store::forget_unpublished_orders(tx, canceled);
}

core::Result<ProductionOrder> Production::find(const WorkOrderId& id) {
    return db_.single([&](Transaction& tx) -> core::Result<ProductionOrder> {
        if (auto order = store::find_production_order(tx, id)) return *std::move(order);
        return core::not_found("no production order " + id.value());
    });
}

std::vector<ProductionOrder> Production::list(const store::ProductionOrderFilter& filter,
                                              const rest::Page& page) {
    return db_.transact([&](Transaction& tx) { return store::list_production_orders(tx, filter, page); });
}

std::vector<Output> Production::output(const store::OutputFilter& filter) {
    return db_.transact([&](Transaction& tx) { return store::list_output(tx, filter); });
}

bool Production::publish_pending_events() {
    constexpr int kAtOnce = 500;
    return db_.transact([&](Transaction& tx) {
        const auto untold = store::take_unpublished_progress(tx, kAtOnce);
        publish_progress(tx, untold);
        return !untold.empty();
    });
}

}  // namespace catalog
