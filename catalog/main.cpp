#include "catalog/api.hpp"
#include "catalog/backlog_metrics.hpp"
#include "catalog/event_handlers.hpp"
#include "catalog/event_publisher.hpp"
#include "catalog/retention.hpp"
#include "contracts/machine_message.hpp"
#include "runtime/program.hpp"

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "catalog", kOpenApi, [](runtime::Program& program) {
        program.read_database(8);
        program.read_events(catalog::kPublicEventTypes);
        const auto months = catalog::read_months_kept(program.environment());
        program.check_settings();
        auto& database = program.database();
        auto& services = program.make<catalog::Services>(database);
        program.on_events([&](auto& inbox) { catalog::register_handlers(inbox, services.production); });
        program.routes(catalog::routes(services, database, program.metrics()));
        program.limit_body(contracts::kMaxListBytes);
        catalog::watch_backlog(database, program.metrics());
        program.task([&] { return catalog::publish_pending_events(services.production); });
        program.task([&] { return catalog::publish_pending_products(services.products); });
        program.delete_expired_idempotency_keys_hourly();
        program.task([&, months] { return catalog::run_maintenance(database, services.commands, months); });
    });
}
