#include <memory>
#include <string_view>
#include <thread>

#include "postgres/database_metrics.hpp"
#include "events/messaging.hpp"
#include "runtime/event_sinks.hpp"
#include "rest/idempotency.hpp"
#include "contracts/machine_message.hpp"
#include "runtime/service.hpp"
#include "webhooks/subscription_service.hpp"
#include "catalog/api.hpp"
#include "catalog/backlog_metrics.hpp"
#include "catalog/retention.hpp"
#include "catalog/event_handlers.hpp"
#include "catalog/event_publisher.hpp"

extern const std::string_view kOpenApi;

namespace {

struct Settings {
    postgres::Database::Config database;
    events::Config events;
    webhooks::Subscriptions::Config subscriptions;
    int keep_months;
};

Settings read_settings(core::Environment& environment) {
    Settings settings{
        .database = runtime::database_config(environment, 8),
        .events = runtime::read_event_config(environment, "catalog"),
        .subscriptions = webhooks::Subscriptions::read(environment, "catalog", catalog::kPublicEventTypes),
        .keep_months = static_cast<int>(
            environment.number({"EVENT_MONTHS", "months that machines' events are kept"}, 24, 1, 1200))};
    environment.check();
    return settings;
}

struct Parts {
    Parts(Settings settings, telemetry::Metrics& metrics)
        : db(std::move(settings.database)),
          subscriptions(db, std::move(settings.subscriptions)),
          events(db, std::move(settings.events), metrics),
          housekeeping(catalog::run_maintenance(db, services.commands, settings.keep_months)) {
        catalog::register_handlers(events.inbox(), services.production);
        events.add_source(subscriptions);
        events.start();
    }
    void stop() {
        subscriptions.stop();
        events.stop();
    }
    postgres::Database db;
    catalog::Services services{db};
    webhooks::Subscriptions subscriptions;
    events::Events events;
    std::jthread untold = catalog::publish_pending_events(services.production);
    std::jthread untold_products = catalog::publish_pending_products(services.products);
    std::jthread old_keys = rest::delete_expired_idempotency_keys_hourly(db);
    std::jthread old_attempts = subscriptions.forget_old_attempts_hourly();
    std::jthread housekeeping;
};

runtime::App build(core::Environment& environment, telemetry::Metrics& metrics) {
    const auto parts = std::make_shared<Parts>(read_settings(environment), metrics);
    postgres::watch_database(parts->db, metrics);
    catalog::watch_backlog(parts->db, metrics);
    auto routes = catalog::routes(parts->services, parts->db, metrics);
    parts->subscriptions.add_routes(routes);
    parts->events.add_routes(routes);
    return runtime::App{.routes = std::move(routes),
                     .body_bytes = contracts::kMaxListBytes,
                     .ready = [parts] { return parts->db.reachable(); },
                     .stop = [parts] { parts->stop(); }};
}

}  // namespace

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "catalog", kOpenApi, build);
}
