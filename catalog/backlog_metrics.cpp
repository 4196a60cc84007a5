#include "catalog/backlog_metrics.hpp"

namespace catalog {

constexpr auto kBacklog = R"sql(
    SELECT (SELECT count(*) FROM dead_letters WHERE state = 'open'),
           (SELECT count(*) FROM machine_gaps WHERE state = 'open' AND state <> 'filled'),
           (SELECT count(*) FROM machine_commands WHERE published_at IS NULL),
           (SELECT count(*) FROM production_orders WHERE machine IS NULL AND canceled_at IS NULL)
)sql";

void watch_backlog(postgres::Database& db, telemetry::Metrics& metrics) {
    const auto letters = metrics.gauge("dead_letters_open", "Messages an admin has to look at");
    const auto gaps = metrics.gauge("machine_gaps_open", "Gaps in what machines told");
    const auto commands = metrics.gauge("machine_commands_open", "Commands no broker has taken yet");
    const auto waiting =
        metrics.gauge("production_orders_without_machine", "Work orders no machine was found for");
    metrics.on_refresh([&db, letters, gaps, commands, waiting] {
        const auto row = db.single([](postgres::Transaction& tx) { return tx.exec(kBacklog).front(); });
        letters(row[0].as<double>());
        gaps(row[1].as<double>());
        commands(row[2].as<double>());
        waiting(row[3].as<double>());
    });
}

}  // namespace catalog
