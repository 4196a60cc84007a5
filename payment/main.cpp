#include <memory>
#include <thread>

#include "postgres/database_metrics.hpp"
#include "events/messaging.hpp"
#include "runtime/event_sinks.hpp"
#include "rest/idempotency.hpp"
#include "runtime/service.hpp"
#include "webhooks/subscription_service.hpp"
#include "payment/api.hpp"
#include "payment/erasure.hpp"
#include "payment/event_handlers.hpp"
#include "payment/event_publisher.hpp"
#include "payment/retry_worker.hpp"
#include "payment/settings.hpp"

extern const std::string_view kOpenApi;

namespace {

// Everything the service is made of, in the order it is built.
struct Program {
    Program(payment::Settings settings, postgres::Database::Config database_config,
            events::Config events_config, webhooks::Subscriptions::Config subscriptions_config,
            telemetry::Metrics& metrics)
        : accounts(std::move(settings.accounts)),
          database(std::move(database_config)),
          orders(std::move(settings.orders)),
          service(database, orders, settings.service),
          intake(service, metrics, settings.intake),
          retry(service),
          subscriptions(database, std::move(subscriptions_config)),
          events(database, std::move(events_config), metrics) {
        events.add_source(subscriptions);
        payment::register_handlers(events.inbox());
        events.start();
    }
    void stop() {
        intake.stop();
        retry.stop();
        subscriptions.stop();
        events.stop();
    }

    std::vector<payment::Account> accounts;
    postgres::Database database;
    http::Client orders;
    payment::Service service;
    payment::WebhookQueue intake;
    payment::Retry retry;
    webhooks::Subscriptions subscriptions;
    events::Events events;
    std::jthread old_keys = rest::delete_expired_idempotency_keys_hourly(database);
    std::jthread late_bodies = payment::redact_late_bodies_hourly(database);
    std::jthread old_attempts = subscriptions.forget_old_attempts_hourly();
};

runtime::App build(core::Environment& environment, telemetry::Metrics& metrics) {
    auto database = runtime::database_config(environment, 12);
    auto settings = payment::read_settings(environment);
    auto events = runtime::read_event_config(environment, "payment");
    auto subscriptions = webhooks::Subscriptions::read(environment, "payment", payment::kPublicEventTypes);
    environment.check();
    const auto program = std::make_shared<Program>(std::move(settings), std::move(database),
                                                   std::move(events), std::move(subscriptions), metrics);
    postgres::watch_database(program->database, metrics);
    program->service.watch_backlog(metrics);
    auto routes = payment::routes(program->accounts, program->intake, program->service);
    program->subscriptions.add_routes(routes);
    program->events.add_routes(routes);
    return {
        .routes = std::move(routes),
        .ready = [program] { return program->database.reachable(); },
        .stop = [program] { program->stop(); },
    };
}

}  // namespace

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "payment", kOpenApi, build);
}
