#include <memory>
#include <string_view>
#include <thread>

#include "postgres/database_metrics.hpp"
#include "events/messaging.hpp"
#include "runtime/event_sinks.hpp"
#include "rest/idempotency.hpp"
#include "security/sealed_box.hpp"
#include "runtime/service.hpp"
#include "security/service_token.hpp"
#include "clients/api.hpp"
#include "clients/event_handlers.hpp"
#include "clients/orders_client.hpp"

extern const std::string_view kOpenApi;

namespace {

struct Settings {
    postgres::Database::Config database;
    events::Config events;
    std::string password_seal_public_key;
    http::Client::Config orders;
};

Settings read_settings(core::Environment& environment) {
    Settings settings{
        .database = runtime::database_config(environment, 8),
        .events = runtime::read_event_config(environment, "clients"),
        .password_seal_public_key = security::sealed_box::read_public_keys(
                                        environment, {"PASSWORD_SEAL_PUBLIC_KEY",
                                                      "32 bytes in base64 (X25519): seals passwords on their "
                                                      "way to auth; of several with commas the first"})
                                        .front(),
        .orders = {.base_url = environment.text({"ORDERS_URL", "where orders answers: http://host:port"}),
                   .bearer = security::service_token::read_first(environment)}};
    environment.check();
    return settings;
}

// Everything the service is made of, in the order it is built.
struct Parts {
    Parts(Settings settings, telemetry::Metrics& metrics)
        : db(std::move(settings.database)),
          service(db, std::move(settings.password_seal_public_key)),
          orders(std::move(settings.orders)),
          events(db, std::move(settings.events), metrics) {}
    postgres::Database db;
    clients::Service service;
    clients::Orders orders;
    events::Events events;
    std::jthread old_keys = rest::delete_expired_idempotency_keys_hourly(db);
};

runtime::App build(core::Environment& environment, telemetry::Metrics& metrics) {
    const auto parts = std::make_shared<Parts>(read_settings(environment), metrics);
    postgres::watch_database(parts->db, metrics);
    clients::register_handlers(parts->events.inbox());
    auto routes = clients::routes(
        parts->service, parts->db, parts->events,
        [&orders = parts->orders](const auto& id, const auto& trace) { return orders.of(id, trace); });
    parts->events.start();
    return runtime::App{.routes = std::move(routes),
                     .ready = [parts] { return parts->db.reachable(); },
                     .stop = [parts] { parts->events.stop(); }};
}

}  // namespace

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "clients", kOpenApi, build);
}
