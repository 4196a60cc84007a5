#include "catalog/production_service.hpp"

#include <algorithm>

namespace catalog {
namespace {

using base::ProductionAnswer;
using base::ProductionOutcome;
using base::ProductionRequest;
using store::Transaction;
using Requests = std::span<const ProductionRequest>;

std::vector<ProductionOrder> plan(Transaction& tx, Requests requests) {
    std::vector<std::string> skus;
    for (const auto& request : requests) {
        for (const auto& line : request.lines) skus.push_back(line.sku);
    }
    const auto made = store::made_to_order(tx, skus);
    std::vector<ProductionOrder> orders;
    for (const auto& request : requests) {
        for (const auto& line : request.lines) {
            const auto found = made.find(line.sku);
            if (found == made.end()) continue;
            orders.push_back({.id = WorkOrderId::make(),
                              .order_id = request.order_id,
                              .position = line.position,
                              .sku = line.sku,
                              .part = found->second.part,
                              .revision = found->second.revision,
                              .quantity = Quantity::of(line.quantity),
                              .machine = {},
                              .good = {},
                              .scrap = {},
                              .created_at = {}});
        }
    }
    return orders;
}

std::vector<ProductionAnswer> answers_of(Requests requests, const std::vector<ProductionOrder>& orders) {
    std::vector<ProductionAnswer> answers;
    for (const auto& request : requests) {
        ProductionAnswer answer{request.order_id, ProductionOutcome::nothing_to_make, {}};
        for (const auto& order : orders) {
            if (order.order_id != request.order_id) continue;
            answer.outcome = ProductionOutcome::taken;
            answer.work_orders.push_back(
                {order.id.value(), order.position, order.quantity.micro() / Quantity::kMicro});
        }
        answers.push_back(std::move(answer));
    }
    return answers;
}

}  // namespace

std::vector<ProductionAnswer> Production::take(Requests requests) {
    std::vector<std::string> order_ids;
    for (const auto& request : requests) order_ids.push_back(request.order_id);
    return db_.transact([&](Transaction& tx) {
        // What an order was answered once stays, also when its products are no longer made to order.
        const auto known = store::production_orders_of(tx, order_ids);
        std::vector<ProductionRequest> fresh;
        for (const auto& request : requests) {
            const bool is_known = std::ranges::any_of(
                known, [&](const ProductionOrder& order) { return order.order_id == request.order_id; });
            if (!is_known) fresh.push_back(request);
        }
        const auto planned = plan(tx, fresh);
        if (!planned.empty()) store::insert_production_orders(tx, planned);
        return answers_of(requests, store::production_orders_of(tx, order_ids));
    });
}

base::Result<ProductionOrder> Production::find(const WorkOrderId& id) {
    return db_.single([&](Transaction& tx) -> base::Result<ProductionOrder> {
        if (auto order = store::find_production_order(tx, id)) return *std::move(order);
        return base::not_found("no production order " + id.value());
    });
}

std::vector<ProductionOrder> Production::list(const store::ProductionOrderFilter& filter,
                                              const base::Page& page) {
    return db_.transact([&](Transaction& tx) { return store::list_production_orders(tx, filter, page); });
}

std::vector<Output> Production::output(const store::OutputFilter& filter) {
    return db_.transact([&](Transaction& tx) { return store::list_output(tx, filter); });
}

std::vector<store::Progress> Production::untold(int most) {
    return db_.single([&](Transaction& tx) { return store::untold_progress(tx, most); });
}

void Production::mark_told(std::span<const store::Progress> told) {
    db_.single([&](Transaction& tx) { store::mark_told(tx, told); });
}

}  // namespace catalog
