#include "auth/api.hpp"
#include "auth/maintenance.hpp"
#include "runtime/program.hpp"

int main(int argc, char** argv) {
    return runtime::serve(argc, argv, "auth", kOpenApi, [](runtime::Program& program) {
        auto settings = auth::Settings::read(program.environment());
        program.check_settings();
        program.use_database(std::move(settings.database));
        program.use_events(std::move(settings.events));
        auto& database = program.database();
        auto& services = program.make<auth::Services>(database, settings, program.metrics());
        program.on_events([&](auto& inbox) { services.consumer.register_handlers(inbox); });
        program.routes(auth::routes(services, database));
        program.ready_when([&] { return services.ready(); });
        program.serve_own_keys([&] { return services.keys.jwks(); });
        program.task([&, first = std::move(settings.first)] {
            return auth::run_maintenance(database, services, first);
        });
    });
}
