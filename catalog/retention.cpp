#include "catalog/retention.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "core/log.hpp"

namespace catalog {
namespace {

using postgres::Transaction;

constexpr int kMonthsAhead = 3;

constexpr auto kMakePartitions = "SELECT make_event_partitions($1)";
constexpr auto kDropPartitions = "SELECT drop_old_event_partitions($1)";

void clean_up(postgres::Database& db, Commands& commands, int keep_months) {
    db.single([](Transaction& tx) { tx.exec(kMakePartitions, kMonthsAhead); });
    const auto dropped = db.single(
        [&](Transaction& tx) { return tx.exec(kDropPartitions, keep_months).front()[0].as<int>(); });
    if (dropped > 0) core::log::info("dropped months of production events", {{"months", dropped}});
    commands.forget_old();
}

}  // namespace

int read_months_kept(core::Environment& environment) {
    return static_cast<int>(
        environment.number({"EVENT_MONTHS", "months that machines' events are kept"}, 24, 1, 1200));
}

std::jthread run_maintenance(postgres::Database& db, Commands& commands, int keep_months) {
    return std::jthread{[&db, &commands, keep_months](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            try {
                clean_up(db, commands, keep_months);
            } catch (const std::exception& error) {
                core::log::warn("housekeeping waits", {{"error", error.what()}});
            }
            std::unique_lock lock{mutex};
            wake.wait_for(lock, stop, std::chrono::hours{1}, [] { return false; });
        }
    }};
}

}  // namespace catalog
