#include "catalog/event_handlers.hpp"

#include "events/event.hpp"
#include "core/periodic_task.hpp"
#include "core/json_reader.hpp"
#include "catalog/products/product_json.hpp"
#include "catalog/products/product_service.hpp"
#include "catalog/production/production_service.hpp"

namespace catalog {
namespace {

using core::Result;
using events::Event;
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

// Of an order only what making it takes: its id, and of each line SKU and quantity. Positions count from 1.
Result<ProductionRequest> request_of(const Event& event) {
    const auto order = core::json::parse_object(event.data);
    if (!order) return order.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*order, "", errors};
    ProductionRequest request{reader.text("id", {1, 64}), {}};
    std::int64_t position = 0;
    for (auto& line : reader.objects("lines", 1, 200))
        request.lines.push_back(
            {++position, line.text("sku", {1, 64}), line.integer("quantity", 1, 1'000'000'000'000)});
    if (!errors.empty()) return core::invalid(std::move(errors));
    return request;
}

}  // namespace

void publish_created(Transaction& tx, const Product& product) {
    const NewEvent told{"product.created", product.id.value(), product.version, to_json(product).dump()};
    publish(tx, {&told, 1});
}

void publish_changed(Transaction& tx, const Product& before, const Product& after) {
    const auto json = to_json(after);
    std::vector<NewEvent> events{{"product.changed", after.id.value(), after.version, json.dump()}};
    if (after.draft.price != before.draft.price) {
        auto with_price_before = json;
        with_price_before["price_before"] = to_json(before.draft.price);
        events.push_back(
            {"product.price_changed", after.id.value(), after.version, with_price_before.dump()});
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
        events.push_back({type, one.order_id, core::to_unix_us(core::now()), contracts::to_json(fact_of(one))});
    }
    publish(tx, events);
}

void register_order_handlers(events::Inbox& inbox, Production& production) {
    inbox.on("order.paid", [&production](Transaction& tx, const Event& event) -> Result<void> {
        const auto request = request_of(event);
        if (!request) return request.error();
        // Parked and told again long after, say.
        if (events::is_outdated(tx, "order.canceled", event)) return {};
        production.take(tx, *request);
        return {};
    });
    inbox.on("order.canceled", [&production](Transaction& tx, const Event& event) -> Result<void> {
        events::is_newest(tx, event.type, event);  // so that it is remembered
        production.cancel(tx, event.subject);
        return {};
    });
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
