#include "migrations/runner/migration_ledger.hpp"

#include <random>
#include <thread>

namespace migrations {
namespace {

// Any number that nothing else of the suite locks.
constexpr auto kTryLock = "SELECT pg_try_advisory_lock(7214386301)";

constexpr auto kExists = "SELECT to_regclass('schema_migrations') IS NOT NULL";

// The run-time role's default privileges would let it rewrite history.
constexpr auto kCreate = R"sql(
    CREATE TABLE IF NOT EXISTS schema_migrations (
        version    integer PRIMARY KEY,
        name       text NOT NULL,
        sha256     text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    );
    DO $$
    DECLARE other text;
    BEGIN
        FOR other IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
                      WHERE table_name = 'schema_migrations' AND grantee NOT IN ('PUBLIC', current_user)
        LOOP
            EXECUTE format('REVOKE ALL ON schema_migrations FROM %I', other);
        END LOOP;
    END $$;
)sql";

constexpr auto kRead = R"sql(
    SELECT version, name, sha256, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      FROM schema_migrations
     ORDER BY version
)sql";

constexpr auto kRecord = "INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)";

constexpr auto kInvalidIndexes =
    "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1";

void record(pqxx::transaction_base& tx, const Migration& migration) {
    tx.exec_params(kRecord, migration.version, migration.name, migration.sha256);
}

bool is_lock_trouble(const pqxx::sql_error& error) {
    return error.sqlstate() == "55P03" || error.sqlstate() == "40P01";  // lock timeout, deadlock
}

// Serving sessions get the lock meanwhile; the jitter keeps two runners from meeting again and again.
void pause(std::chrono::milliseconds about) {
    static std::mt19937 random{std::random_device{}()};
    std::this_thread::sleep_for(about / 2 + about * static_cast<int>(random() % 100) / 100);
}

}  // namespace

Ledger::Ledger(const std::string& database_url) : connection_(database_url) {
    pqxx::nontransaction tx{connection_};
    tx.exec("SET client_encoding = 'UTF8'");
    tx.exec("SET client_min_messages = warning");
}

bool Ledger::try_lock() {
    pqxx::nontransaction tx{connection_};
    return tx.exec1(kTryLock)[0].as<bool>();
}

std::vector<Applied> Ledger::read() {
    pqxx::work tx{connection_};
    std::vector<Applied> ledger;
    if (!tx.exec1(kExists)[0].as<bool>()) return ledger;
    for (const auto& row : tx.exec(kRead)) {
        ledger.push_back(
            {row[0].as<int>(), row[1].as<std::string>(), row[2].as<std::string>(), row[3].as<std::string>()});
    }
    return ledger;
}

void Ledger::create() {
    pqxx::work tx{connection_};
    tx.exec(kCreate);
    tx.commit();
}

bool Ledger::attempt(const Migration& migration, const Patience& patience, bool may_retry) {
    try {
        if (outside_transaction(migration.sql)) {
            apply_outside_transaction(migration);
        } else {
            apply_in_transaction(migration, patience);
        }
        return true;
    } catch (const pqxx::sql_error& error) {
        if (!may_retry || !is_lock_trouble(error)) throw;
    }
    pause(patience.lock_timeout);
    return false;
}

void Ledger::apply_in_transaction(const Migration& migration, const Patience& patience) {
    pqxx::work tx{connection_};
    tx.exec("SET LOCAL lock_timeout = " + std::to_string(patience.lock_timeout.count()));
    tx.exec(migration.sql);
    record(tx, migration);
    tx.commit();
}

// CREATE INDEX CONCURRENTLY blocks nobody, and a timeout would leave an invalid index: it may wait.
void Ledger::apply_outside_transaction(const Migration& migration) {
    pqxx::nontransaction tx{connection_};
    tx.exec("SET lock_timeout = 0");
    tx.exec(migration.sql);
    record(tx, migration);
}

std::vector<std::string> Ledger::invalid_indexes() {
    pqxx::nontransaction tx{connection_};
    std::vector<std::string> names;
    for (const auto& row : tx.exec(kInvalidIndexes)) names.push_back(row[0].as<std::string>());
    return names;
}

}  // namespace migrations
