#include "clients/api.hpp"
#include "clients/event_handlers.hpp"
#include "clients/orders_client.hpp"
#include "clients/settings.hpp"
#include "runtime/program.hpp"

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "clients", kOpenApi, [](runtime::Program& program) {
        program.read_database(8);
        program.read_events();
        auto settings = clients::read_settings(program.environment());
        program.check_settings();
        auto& service =
            program.make<clients::Service>(program.database(), std::move(settings.password_seal_public_key));
        auto& orders = program.make<clients::Orders>(std::move(settings.orders));
        program.on_events(clients::register_handlers);
        const auto orders_of = [&orders](const auto& id, const auto& trace) { return orders.of(id, trace); };
        program.routes(clients::routes(service, program.database(), orders_of));
        program.delete_expired_idempotency_keys_hourly();
    });
}
