#include "payment/api.hpp"
#include "payment/erasure.hpp"
#include "payment/event_handlers.hpp"
#include "payment/event_publisher.hpp"
#include "payment/retry_worker.hpp"
#include "payment/settings.hpp"
#include "runtime/program.hpp"

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "payment", kOpenApi, [](runtime::Program& program) {
        program.read_database(12);
        auto& settings = program.make<payment::Settings>(payment::read_settings(program.environment()));
        program.read_events(payment::kPublicEventTypes);
        program.check_settings();
        auto& database = program.database();
        auto& orders = program.make<http::Client>(settings.orders);
        auto& service = program.make<payment::Service>(database, orders, settings.service);
        auto& intake = program.make<payment::WebhookQueue>(service, program.metrics(), settings.intake);
        program.make<payment::Retry>(service);
        program.on_events(payment::register_handlers);
        program.routes(payment::routes(settings.accounts, intake, service));
        service.watch_backlog(program.metrics());
        program.delete_expired_idempotency_keys_hourly();
        program.task([&database] { return payment::redact_late_bodies_hourly(database); });
    });
}
