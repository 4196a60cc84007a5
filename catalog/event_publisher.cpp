#include "catalog/event_publisher.hpp"

#include "catalog/production/production_service.hpp"
#include "catalog/products/product_json.hpp"
#include "catalog/products/product_service.hpp"
#include "contracts/product_event.hpp"
#include "core/periodic_task.hpp"
#include "events/event.hpp"

namespace catalog {
namespace {

using events::NewEvent;
using postgres::Transaction;

void publish(Transaction& tx, std::span<const NewEvent> events) {
    events::publish(tx, events, telemetry::Trace::current());
}

contracts::ProductionFact fact_of(const store::Progress& progress) {
    return {.order_id = progress.order_id,
            .work_order = progress.id.value(),
            .position = progress.position,
            .quantity = progress.quantity.micro() / Quantity::kMicro,
            .good = progress.good.micro() / Quantity::kMicro};
}

// The product as its GET shows it.
Json document_of(const Product& product, std::optional<core::Money> price_before = {}) {
    return contracts::to_json(contracts::ProductEvent{.sku = product.draft.sku,
                                                      .seller = product.draft.seller,
                                                      .created_at = product.created_at,
                                                      .price_before = std::move(price_before)},
                              to_json(product));
}

}  // namespace

void publish_created(Transaction& tx, const Product& product) {
    const NewEvent told{"product.created", product.id.value(), product.version, document_of(product).dump()};
    publish(tx, {&told, 1});
}

void publish_changed(Transaction& tx, const Product& before, const Product& after) {
    const auto json = document_of(after);
    std::vector<NewEvent> events{{"product.changed", after.id.value(), after.version, json.dump()}};
    if (after.draft.price != before.draft.price) {
        events.push_back({"product.price_changed", after.id.value(), after.version,
                          document_of(after, before.draft.price).dump()});
    }
    publish(tx, events);
}

void publish_planned(Transaction& tx, const contracts::ProductionPlan& plan) {
    const NewEvent told{"production.planned", plan.order_id, core::to_unix_us(core::now()),
                        contracts::to_json(plan)};
    publish(tx, {&told, 1});
}

void publish_progress(Transaction& tx, std::span<const store::Progress> progress) {
    std::vector<NewEvent> events;
    for (const auto& one : progress) {
        const auto* type = one.good >= one.quantity ? "production.completed" : "production.progressed";
        events.push_back(
            {type, one.order_id, core::to_unix_us(core::now()), contracts::to_json(fact_of(one))});
    }
    publish(tx, events);
}

std::jthread publish_pending_events(Production& production) {
    return core::run_periodically(std::chrono::minutes{1}, "what was made waits to be told",
                                  [&production](const std::stop_token& stop) {
                                      while (!stop.stop_requested() && production.publish_pending_events()) {
                                      }
                                  });
}

std::jthread publish_pending_products(Products& products) {
    return core::run_periodically(std::chrono::minutes{1}, "products wait to be told",
                                  [&products](const std::stop_token& stop) {
                                      while (!stop.stop_requested() && products.publish_pending_events()) {
                                      }
                                  });
}

}  // namespace catalog
