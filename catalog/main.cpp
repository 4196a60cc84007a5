#include <memory>
#include <string_view>
#include <thread>

#include "base/idempotency.hpp"
#include "base/machine_event.hpp"
#include "base/service.hpp"
#include "catalog/api.hpp"

extern const std::string_view kOpenApi;

namespace {

struct Parts {
    explicit Parts(base::pg::Database::Config config) : db(std::move(config)) {}
    base::pg::Database db;
    catalog::Services services{db};
    std::jthread housekeeping = base::forget_old_idempotency_keys_hourly(db);
};

}  // namespace

int main() {
    return base::serve("catalog", kOpenApi, [](base::Environment& environment, base::Metrics& metrics) {
        auto config = base::database_config(environment, 8);
        environment.check();
        const auto parts = std::make_shared<Parts>(std::move(config));
        return base::App{.routes = catalog::routes(parts->services, parts->db, metrics),
                         .body_bytes = base::kMostListBytes,
                         .ready = [parts] { return parts->db.reachable(); }};
    });
}
