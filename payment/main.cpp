#include <memory>

#include "base/service.hpp"
#include "payment/api.hpp"
#include "payment/retry.hpp"
#include "payment/settings.hpp"

extern const std::string_view kOpenApi;

namespace {

// Everything the service is made of, in the order it is built.
struct Program {
    Program(payment::Settings settings, base::pg::Database::Config database_config, base::Metrics& metrics)
        : accounts(std::move(settings.accounts)),
          database(std::move(database_config)),
          orders(std::move(settings.orders)),
          service(database, orders, settings.service),
          intake(service, metrics, settings.intake),
          retry(service) {}

    std::vector<payment::Account> accounts;
    base::pg::Database database;
    base::http::Client orders;
    payment::Service service;
    payment::Intake intake;
    payment::Retry retry;
};

base::App build(base::Environment& environment, base::Metrics& metrics) {
    auto database = base::database_config(environment, 12);
    auto settings = payment::read_settings(environment);
    environment.check();
    const auto program = std::make_shared<Program>(std::move(settings), std::move(database), metrics);
    program->service.watch_backlog(metrics);
    return {
        .routes = payment::routes(program->accounts, program->intake, program->service),
        .ready = [program] { return program->database.reachable(); },
        .stop =
            [program] {
                program->intake.stop();
                program->retry.stop();
            },
    };
}

}  // namespace

int main() {
    return base::serve("payment", kOpenApi, build);
}
