// The database's side: the lock that keeps runners apart, the ledger of what was applied, and applying one
// file.
#pragma once

#include <chrono>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "migrations/runner/plan.hpp"

namespace migrations {

// How long a migration may stand in the way of a serving system, and how often it tries again.
struct Patience {
    std::chrono::milliseconds lock_timeout{1000};
    int tries = 30;
};

class Ledger {
public:
    explicit Ledger(const std::string& database_url);

    // False while another runner holds the lock, which lasts as long as the connection. It never blocks: a
    // session waiting in pg_advisory_lock would hold a snapshot that CREATE INDEX CONCURRENTLY of the other
    // waits for.
    bool try_lock();
    // Empty when the database has no ledger yet.
    std::vector<Applied> read();
    void create();
    // The file's statements and its row, all or nothing – but see outside_transaction. Waits no longer than
    // patience.lock_timeout for a lock, so that nobody queues behind it for longer; then rolls back, pauses,
    // tries again. `retrying` hears of each. Throws pqxx::sql_error.
    template <class F>
    void apply(const Migration& migration, const Patience& patience, F&& retrying) {
        for (int left = patience.tries; !attempt(migration, patience, left > 1); --left) retrying(left - 1);
    }
    // Indexes that a failed CREATE INDEX CONCURRENTLY left behind.
    std::vector<std::string> invalid_indexes();

private:
    // False when a lock was not to be had and `may_retry`.
    bool attempt(const Migration& migration, const Patience& patience, bool may_retry);
    void apply_in_transaction(const Migration& migration, const Patience& patience);
    void apply_outside_transaction(const Migration& migration);

    pqxx::connection connection_;
};

}  // namespace migrations
