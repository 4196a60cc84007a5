#include <memory>
#include <optional>
#include <string_view>
#include <thread>

#include "base/idempotency.hpp"
#include "base/machine_event.hpp"
#include "base/service.hpp"
#include "catalog/api.hpp"
#include "catalog/backlog.hpp"
#include "catalog/housekeeping.hpp"
#include "catalog/production_news.hpp"

extern const std::string_view kOpenApi;

namespace {

struct Settings {
    base::pg::Database::Config database;
    std::optional<catalog::ProductionNews::Config> news;
    int keep_months;
};

Settings read_settings(base::Environment& environment) {
    Settings settings{.database = base::database_config(environment, 8),
                      .news = catalog::ProductionNews::read(environment),
                      .keep_months = static_cast<int>(environment.number("EVENT_MONTHS", 24, 1, 1200))};
    environment.check();
    return settings;
}

struct Parts {
    explicit Parts(Settings settings)
        : db(std::move(settings.database)),
          housekeeping(catalog::keep_house(db, services.commands, settings.keep_months)) {
        if (settings.news) news.emplace(services.production, *std::move(settings.news));
    }
    base::pg::Database db;
    catalog::Services services{db};
    std::optional<catalog::ProductionNews> news;
    std::jthread old_keys = base::forget_old_idempotency_keys_hourly(db);
    std::jthread housekeeping;
};

}  // namespace

int main() {
    return base::serve("catalog", kOpenApi, [](base::Environment& environment, base::Metrics& metrics) {
        const auto parts = std::make_shared<Parts>(read_settings(environment));
        catalog::watch_backlog(parts->db, metrics);
        return base::App{.routes = catalog::routes(parts->services, parts->db, metrics),
                         .body_bytes = base::kMostListBytes,
                         .ready = [parts] { return parts->db.reachable(); }};
    });
}
