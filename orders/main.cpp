#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <thread>

#include "postgres/database_metrics.hpp"
#include "events/messaging.hpp"
#include "runtime/event_sinks.hpp"
#include "rest/idempotency.hpp"
#include "runtime/service.hpp"
#include "webhooks/subscription_service.hpp"
#include "orders/api.hpp"
#include "orders/event_handlers.hpp"
#include "orders/event_publisher.hpp"
#include "orders/production_event_handlers.hpp"

extern const std::string_view kOpenApi;

namespace {

struct Settings {
    postgres::Database::Config database;
    events::Config events;
    webhooks::Subscriptions::Config subscriptions;
};

Settings read_settings(core::Environment& environment) {
    Settings settings{
        .database = runtime::database_config(environment, 8),
        .events = runtime::read_event_config(environment, "orders"),
        .subscriptions = webhooks::Subscriptions::read(environment, "orders", orders::kPublicEventTypes)};
    environment.check();
    return settings;
}

// Whether anybody is told what is to be made.
bool has_catalog(const events::Config& config) {
    return std::ranges::any_of(config.destinations, [](const auto& one) { return one->wants("order.paid"); });
}

// Everything the service is made of, in the order it is built.
struct Parts {
    Parts(Settings settings, telemetry::Metrics& metrics)
        : db(std::move(settings.database)),
          service(db, has_catalog(settings.events)),
          subscriptions(db, std::move(settings.subscriptions)),
          events(db, std::move(settings.events), metrics) {
        orders::register_handlers(events.inbox(), service);
        events.add_source(subscriptions);
        events.start();
    }
    void stop() {
        subscriptions.stop();
        events.stop();
    }
    postgres::Database db;
    orders::Service service;
    webhooks::Subscriptions subscriptions;
    events::Events events;
    std::jthread unasked = orders::publish_missing_paid_events(service);
    std::jthread old_keys = rest::delete_expired_idempotency_keys_hourly(db);
    std::jthread old_attempts = subscriptions.forget_old_attempts_hourly();
};

runtime::App build(core::Environment& environment, telemetry::Metrics& metrics) {
    const auto parts = std::make_shared<Parts>(read_settings(environment), metrics);
    postgres::watch_database(parts->db, metrics);
    std::vector<http::Route> routes;
    parts->subscriptions.add_routes(routes);  // /orders/subscriptions stands before /orders/:id
    parts->events.add_routes(routes);
    std::ranges::move(orders::routes(parts->service, parts->db, metrics), std::back_inserter(routes));
    return runtime::App{.routes = std::move(routes),
                     .ready = [parts] { return parts->db.reachable(); },
                     .stop = [parts] { parts->stop(); }};
}

}  // namespace

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "orders", kOpenApi, build);
}
