#include <memory>

#include "base/events.hpp"
#include "base/service.hpp"
#include "payment/api.hpp"
#include "payment/erasure.hpp"
#include "payment/retry.hpp"
#include "payment/settings.hpp"

extern const std::string_view kOpenApi;

namespace {

// Everything the service is made of, in the order it is built.
struct Program {
    Program(payment::Settings settings, base::pg::Database::Config database_config, base::events::Config told,
            base::Metrics& metrics)
        : accounts(std::move(settings.accounts)),
          database(std::move(database_config)),
          orders(std::move(settings.orders)),
          service(database, orders, settings.service),
          intake(service, metrics, settings.intake),
          retry(service),
          events(database, std::move(told), metrics) {
        payment::take_news_of_orders(events.inbox());
        events.start();
    }

    std::vector<payment::Account> accounts;
    base::pg::Database database;
    base::http::Client orders;
    payment::Service service;
    payment::Intake intake;
    payment::Retry retry;
    base::events::Events events;
};

base::App build(base::Environment& environment, base::Metrics& metrics) {
    auto database = base::database_config(environment, 12);
    auto settings = payment::read_settings(environment);
    auto told = base::events::Config::read(environment, "payment");
    environment.check();
    const auto program =
        std::make_shared<Program>(std::move(settings), std::move(database), std::move(told), metrics);
    program->service.watch_backlog(metrics);
    auto routes = payment::routes(program->accounts, program->intake, program->service);
    program->events.add_routes(routes);
    return {
        .routes = std::move(routes),
        .ready = [program] { return program->database.reachable(); },
        .stop =
            [program] {
                program->intake.stop();
                program->retry.stop();
                program->events.stop();
            },
    };
}

}  // namespace

int main() {
    return base::serve("payment", kOpenApi, build);
}
