#include <memory>
#include <string_view>
#include <thread>

#include "postgres/database_metrics.hpp"
#include "events/messaging.hpp"
#include "rest/idempotency.hpp"
#include "contracts/machine_message.hpp"
#include "runtime/service.hpp"
#include "webhooks/subscription_service.hpp"
#include "catalog/api.hpp"
#include "catalog/backlog_metrics.hpp"
#include "catalog/retention.hpp"
#include "catalog/event_handlers.hpp"

extern const std::string_view kOpenApi;

namespace {

struct Settings {
    base::pg::Database::Config database;
    base::events::Config events;
    base::Subscriptions::Config subscriptions;
    int keep_months;
};

Settings read_settings(base::Environment& environment) {
    Settings settings{
        .database = base::database_config(environment, 8),
        .events = base::events::Config::read(environment, "catalog"),
        .subscriptions = base::Subscriptions::read(environment, "catalog", catalog::kToldOutside),
        .keep_months = static_cast<int>(
            environment.number({"EVENT_MONTHS", "months that machines' events are kept"}, 24, 1, 1200))};
    environment.check();
    return settings;
}

struct Parts {
    Parts(Settings settings, base::Metrics& metrics)
        : db(std::move(settings.database)),
          subscriptions(db, std::move(settings.subscriptions)),
          events(db, std::move(settings.events), metrics),
          housekeeping(catalog::keep_house(db, services.commands, settings.keep_months)) {
        catalog::take_news_of_orders(events.inbox(), services.production);
        events.also(subscriptions);
        events.start();
    }
    void stop() {
        subscriptions.stop();
        events.stop();
    }
    base::pg::Database db;
    catalog::Services services{db};
    base::Subscriptions subscriptions;
    base::events::Events events;
    std::jthread untold = catalog::tell_what_is_untold(services.production);
    std::jthread untold_products = catalog::tell_untold_products(services.products);
    std::jthread old_keys = base::forget_old_idempotency_keys_hourly(db);
    std::jthread old_attempts = subscriptions.forget_old_attempts_hourly();
    std::jthread housekeeping;
};

base::App build(base::Environment& environment, base::Metrics& metrics) {
    const auto parts = std::make_shared<Parts>(read_settings(environment), metrics);
    base::watch_database(parts->db, metrics);
    catalog::watch_backlog(parts->db, metrics);
    auto routes = catalog::routes(parts->services, parts->db, metrics);
    parts->subscriptions.add_routes(routes);
    parts->events.add_routes(routes);
    return base::App{.routes = std::move(routes),
                     .body_bytes = base::kMostListBytes,
                     .ready = [parts] { return parts->db.reachable(); },
                     .stop = [parts] { parts->stop(); }};
}

}  // namespace

int main(int argc, char** argv) {
    return base::serve(argc, argv, "catalog", kOpenApi, build);
}
