#include <memory>
#include <string_view>
#include <thread>

#include "base/idempotency.hpp"
#include "base/service.hpp"
#include "orders/api.hpp"

extern const std::string_view kOpenApi;

namespace {

struct Parts {
    explicit Parts(base::pg::Database::Config config) : db(std::move(config)) {}
    base::pg::Database db;
    orders::Service service{db};
    std::jthread housekeeping = base::forget_old_idempotency_keys_hourly(db);
};

}  // namespace

int main() {
    return base::serve("orders", kOpenApi, [](base::Environment& environment, base::Metrics& metrics) {
        auto config = base::database_config(environment, 8);
        environment.check();
        const auto parts = std::make_shared<Parts>(std::move(config));
        return base::App{.routes = orders::routes(parts->service, parts->db, metrics),
                         .ready = [parts] { return parts->db.reachable(); }};
    });
}
