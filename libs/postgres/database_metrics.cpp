#include "postgres/database_metrics.hpp"

#include <atomic>

namespace postgres {
namespace {

using std::chrono::steady_clock;

// Everybody may read this, also a role that may read nothing but its own tables.
constexpr auto kArchiver = R"sql(
    SELECT failed_count,
           coalesce(extract(epoch FROM now() - last_archived_time), 0),
           coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
      FROM pg_stat_archiver
)sql";

// A question that hangs is an answer, too. Three times the longest METRICS_POLL_MS.
constexpr std::chrono::seconds kLongestSilence{15};

}  // namespace

void watch_database(postgres::Database& db, telemetry::Metrics& metrics) {
    watch_pool(db, metrics, "service");
    const auto up = metrics.gauge("database_up", "1 while the database answers this process");
    const auto failed = metrics.total("database_archiver_failed_total",
                                      "Tries to archive a write-ahead log file that failed");
    const auto failing =
        metrics.gauge("database_archiver_failing", "1 when the last try to archive a log file failed");
    const auto age = metrics.gauge("database_archiver_last_success_age_seconds",
                                   "Since a log file was last archived; 0 when none ever was");
    struct Seen {
        std::atomic<bool> answers = false;
        std::atomic<steady_clock::time_point> asked_at{};
        // Its own: that the pool has none left does not mean that the database is away.
        std::unique_ptr<postgres::Connection> connection;
    };
    const auto seen = std::make_shared<Seen>();
    metrics.on_refresh([&db, seen, failed, failing, age] {
        try {
            if (!seen->connection) seen->connection = db.connect_alone();
            seen->connection->single([&](postgres::Transaction& tx) {
                const auto row = tx.exec(kArchiver).front();
                failed(row[0].as<double>());
                age(row[1].as<double>());
                failing(row[2].as<bool>() ? 1 : 0);
            });
            seen->answers = true;
        } catch (...) {
            seen->connection.reset();
            seen->answers = false;
            throw;
        }
        seen->asked_at = steady_clock::now();
    });
    metrics.on_scrape([seen, up] {
        const bool lately = steady_clock::now() - seen->asked_at.load() < kLongestSilence;
        up(seen->answers && lately ? 1 : 0);
    });
}

void watch_pool(const postgres::Database& db, telemetry::Metrics& metrics, const std::string& name) {
    const telemetry::Metrics::Labels labels{{"pool", name}};
    const auto size = metrics.gauge("database_pool_size", "Connections this process may have", labels);
    const auto open = metrics.gauge("database_pool_open", "Connections it has", labels);
    const auto in_use = metrics.gauge("database_pool_in_use", "Connections at work", labels);
    const auto waiting = metrics.gauge("database_pool_waiting", "Threads that wait for a connection", labels);
    const auto waits =
        metrics.total("database_pool_waits_total", "Times a connection had to be waited for", labels);
    const auto waited =
        metrics.total("database_pool_wait_seconds_total", "Time spent waiting for a connection", labels);
    const auto refused =
        metrics.total("database_pool_refused_total", "Times it was waited for in vain", labels);
    metrics.on_scrape([&db, size, open, in_use, waiting, waits, waited, refused] {
        const auto pool = db.pool();
        size(static_cast<double>(pool.size));
        open(static_cast<double>(pool.open));
        in_use(static_cast<double>(pool.in_use));
        waiting(static_cast<double>(pool.waiting));
        waits(static_cast<double>(pool.waits));
        waited(pool.waited.count());
        refused(static_cast<double>(pool.refused));
    });
}

}  // namespace postgres
