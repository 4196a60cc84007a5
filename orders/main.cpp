#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <thread>

#include "base/events.hpp"
#include "base/idempotency.hpp"
#include "base/log.hpp"
#include "base/service.hpp"
#include "orders/api.hpp"
#include "orders/erasure.hpp"
#include "orders/production.hpp"

extern const std::string_view kOpenApi;

namespace {

// Everything the service is made of, in the order it is built.
struct Parts {
    Parts(base::pg::Database::Config config, std::optional<orders::Production::Config> with,
          base::events::Config told, base::Metrics& metrics)
        : db(std::move(config)), service(db, with.has_value()), events(db, std::move(told), metrics) {
        orders::take_news_of_clients(events.inbox());
        events.start();
        if (with) {
            production.emplace(service, *std::move(with), metrics);
        } else {
            base::log::info("nothing is made to order: CATALOG_URL is not set");
        }
    }
    base::pg::Database db;
    orders::Service service;
    std::optional<orders::Production> production;
    base::events::Events events;
    std::jthread housekeeping = base::forget_old_idempotency_keys_hourly(db);
};

}  // namespace

int main() {
    return base::serve("orders", kOpenApi, [](base::Environment& environment, base::Metrics& metrics) {
        auto config = base::database_config(environment, 8);
        auto production = orders::Production::read(environment);
        auto told = base::events::Config::read(environment, "orders");
        environment.check();
        const auto parts =
            std::make_shared<Parts>(std::move(config), std::move(production), std::move(told), metrics);
        std::vector<base::http::Route> routes;
        parts->events.add_routes(routes);  // /orders/deliveries stands before /orders/:id
        std::ranges::move(orders::routes(parts->service, parts->db, metrics), std::back_inserter(routes));
        return base::App{.routes = std::move(routes),
                         .ready = [parts] { return parts->db.reachable(); },
                         .stop =
                             [parts] {
                                 if (parts->production) parts->production->stop();
                                 parts->events.stop();
                             }};
    });
}
