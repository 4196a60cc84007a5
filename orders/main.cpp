#include "orders/api.hpp"
#include "orders/event_handlers.hpp"
#include "orders/event_publisher.hpp"
#include "orders/production_event_handlers.hpp"
#include "runtime/program.hpp"

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "orders", kOpenApi, [](runtime::Program& program) {
        program.read_database(8);
        program.read_events(orders::kPublicEventTypes);
        program.check_settings();
        auto& service = program.make<orders::Service>(program.database(), program.publishes("order.paid"));
        program.on_events([&](auto& inbox) { orders::register_handlers(inbox, service); });
        program.routes(orders::routes(service, program.database(), program.metrics()));
        program.task([&] { return orders::publish_missing_paid_events(service); });
        program.delete_expired_idempotency_keys_hourly();
    });
}
