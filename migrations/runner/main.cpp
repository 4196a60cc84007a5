// migrate <folder>: brings the database of DATABASE_URL to what the folder says.
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "core/command_line.hpp"
#include "core/environment.hpp"
#include "core/variables.hpp"
#include "migrations/runner/folder.hpp"
#include "migrations/runner/migration_ledger.hpp"

namespace {

using namespace migrations;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

enum Exit { done = 0, failed = 1, misused = 2, refused = 3 };

struct Options {
    std::string folder;
    bool status = false;
    bool dry_run = false;
    std::int64_t lock_timeout_ms = 1000;
    int tries = 30;
    std::int64_t wait_ms = 600000;
};

struct Refusal : std::runtime_error {
    explicit Refusal(const std::vector<std::string>& faults) : std::runtime_error(joined(faults)) {}
    static std::string joined(const std::vector<std::string>& faults) {
        std::string text = "refused, nothing was changed:";
        for (const auto& fault : faults) text += "\n  " + fault;
        return text;
    }
};

void wait_for_lock(Ledger& ledger, milliseconds at_most) {
    const auto give_up_at = steady_clock::now() + at_most;
    if (ledger.try_lock()) return;
    std::cout << "another migrate is at work on this database; waiting" << std::endl;
    while (!ledger.try_lock()) {
        if (steady_clock::now() > give_up_at) throw std::runtime_error("another migrate holds the lock");
        std::this_thread::sleep_for(milliseconds{200});
    }
}

void print_status(const std::vector<Migration>& migrations, const std::vector<Applied>& ledger) {
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        std::cout << migrations[i].name << "  " << (i < ledger.size() ? ledger[i].applied_at : "pending")
                  << '\n';
    }
}

void apply(Ledger& ledger, const Migration& migration, const Patience& patience) {
    std::cout << migration.name << std::flush;
    const auto start = steady_clock::now();
    ledger.apply(migration, patience, [](int left) {
        std::cout << "\n  a lock is held by others; trying again, " << left << " tries left" << std::flush;
    });
    std::cout << "  applied in " << (steady_clock::now() - start) / milliseconds{1} << " ms" << std::endl;
}

void hint_at_invalid_indexes(Ledger& ledger) {
    for (const auto& name : ledger.invalid_indexes()) {
        std::cerr << "  the index " << name << " is left behind invalid: drop it (DROP INDEX CONCURRENTLY "
                  << name << ") before the next run\n";
    }
}

void apply_pending(Ledger& ledger, const std::vector<Migration>& migrations, std::size_t applied,
                   const Patience& patience) {
    ledger.create();
    for (auto next = applied; next < migrations.size(); ++next) {
        try {
            apply(ledger, migrations[next], patience);
        } catch (const pqxx::sql_error& error) {
            std::cout << std::endl;
            if (outside_transaction(migrations[next].sql)) hint_at_invalid_indexes(ledger);
            throw std::runtime_error(migrations[next].name + " failed [" + error.sqlstate() +
                                     "]: " + error.what());
        }
    }
    std::cout << migrations.size() - applied << " applied, the database is at "
              << (migrations.empty() ? "nothing" : migrations.back().name) << std::endl;
}

void run(const Options& options, const std::string& database_url) {
    const auto migrations = read_folder(options.folder);
    if (const auto faults = faults_of(migrations); !faults.empty()) throw Refusal{faults};

    Ledger ledger{database_url};
    const bool only_look = options.status || options.dry_run;
    if (!only_look) wait_for_lock(ledger, milliseconds{options.wait_ms});
    const auto applied = ledger.read();
    if (const auto drift = drift_between(migrations, applied); !drift.empty()) throw Refusal{drift};

    if (options.status) return print_status(migrations, applied);
    if (options.dry_run) {
        for (auto i = applied.size(); i < migrations.size(); ++i)
            std::cout << "would apply " << migrations[i].name << '\n';
        return;
    }
    apply_pending(ledger, migrations, applied.size(), {milliseconds{options.lock_timeout_ms}, options.tries});
}

}  // namespace

int main(int argc, char** argv) {
    core::Environment environment;
    const auto database_url = environment.text(
        {"DATABASE_URL", "the database, as its owner role: postgresql://role:password@host:port/database"});
    if (core::asks_for_variables(argc, argv)) {
        core::print_variables(argv, environment.rules());
        return done;
    }
    Options options;
    core::CommandLine app{
        "Applies a folder of SQL migrations to the database of DATABASE_URL, in order, each once.\n"
        "DATABASE_URL_FILE may name a file that holds it; --variables says so in more words.\n"
        "Exit status: 0 done, 1 failed, 2 wrong use, 3 refused because files and ledger disagree."};
    app.option("folder", &options.folder, "holds NNNN_what.sql files").required();
    app.flag("--status", options.status, "list every migration and when it was applied; change nothing");
    app.flag("--dry-run", options.dry_run, "list what would be applied; change nothing");
    app.option("--lock-timeout-ms", &options.lock_timeout_ms,
               "how long to wait for a lock before letting others by")
        .between(1, 60000)
        .show_default();
    app.option("--tries", &options.tries, "how often to try a file whose locks are held by others")
        .between(1, 1000)
        .show_default();
    app.option("--wait-ms", &options.wait_ms, "how long to wait for another migrate")
        .not_negative()
        .show_default();
    if (const auto status = app.parse(argc, argv)) return *status == 0 ? done : misused;
    try {
        environment.check();
        run(options, database_url);
        return done;
    } catch (const core::ConfigError& error) {
        std::cerr << "migrate: " << error.what() << '\n';
        return misused;
    } catch (const Refusal& refusal) {
        std::cerr << "migrate: " << refusal.what() << '\n';
        return refused;
    } catch (const std::exception& error) {
        std::cerr << "migrate: " << error.what() << '\n';
        return failed;
    }
}
