#include "orders/production_event_handlers.hpp"

#include "core/periodic_task.hpp"

namespace orders {

using core::Result;
using events::Event;
using postgres::Transaction;

void register_production_handlers(events::Inbox& inbox, Service& service) {
    inbox.lock_with(lock_orders);
    inbox.on("production.planned", [&service](Transaction& tx, const Event& event) -> Result<void> {
        auto plan = contracts::production_plan_from_json(event.data);
        if (!plan) return plan.error();
        return service.take(tx, *std::move(plan));
    });
    const auto take_fact = [&service](Transaction& tx, const Event& event) -> Result<void> {
        const auto fact = contracts::production_fact_from_json(event.data);
        if (!fact) return fact.error();
        return service.take(tx, *fact);
    };
    inbox.on("production.progressed", take_fact);
    inbox.on("production.completed", take_fact);
}

std::jthread publish_missing_paid_events(Service& service) {
    return core::run_periodically(
        std::chrono::minutes{1}, "orders paid long ago wait to be told of",
        [&service](const std::stop_token& stop) {
            while (!stop.stop_requested() && service.publish_missing_paid_events()) {
            }
        });
}

}  // namespace orders
