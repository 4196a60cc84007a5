#include "quittance/log_store/log_store.hpp"

#include <iostream>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>

#include "core/digest.hpp"
#include "core/environment.hpp"
#include "core/periodic_task.hpp"

namespace quittance {
namespace {

constexpr auto kInsert = R"sql(
    INSERT INTO log_lines (at, key, service, instance, level, message, request_id, trace_id, about, line)
    SELECT at, key::uuid, service, instance, level, message, nullif(request_id, ''), nullif(trace_id, ''),
           string_to_array(nullif(about, ''), ' '), line::jsonb
      FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::text[])
        AS incoming (at, key, service, instance, level, message, request_id, trace_id, about, line)
        ON CONFLICT DO NOTHING
)sql";

constexpr auto kForget = R"sql(
    DELETE FROM log_lines
     WHERE ctid = ANY(ARRAY(SELECT ctid FROM log_lines WHERE at < now() - $1 * interval '1 day' LIMIT $2))
)sql";

struct Row {
    std::string key;  // of the place it was read at
    LogLine line;
};

std::string key_of(const ShippedLine& shipped) {
    // Its file may have been renamed meanwhile, its folder has not.
    const auto folder = shipped.file.substr(0, shipped.file.rfind('/') + 1);
    return core::sha256_hex(shipped.host + '\n' + folder + '\n' + shipped.offset + '\n' + shipped.text)
        .substr(0, 32);
}

// Docker cuts lines at 16 KiB: pieces that came together become one again.
std::vector<Row> rows_of(const std::vector<std::string>& envelopes) {
    std::vector<Row> rows;
    std::unordered_map<std::string, ShippedLine> begun;  // by file and stream
    for (const auto& envelope : envelopes) {
        auto shipped = read_shipped_line(envelope, "unknown");
        auto place = shipped.file + '\n' + shipped.stream;
        if (auto found = begun.find(place); found != begun.end()) {
            shipped.text.insert(0, found->second.text);
            shipped.offset = found->second.offset;
            begun.erase(found);
        }
        if (!shipped.is_whole) {
            begun.emplace(std::move(place), std::move(shipped));
            continue;
        }
        rows.push_back({key_of(shipped), to_log_line(shipped)});
    }
    for (const auto& [place, shipped] : begun) rows.push_back({key_of(shipped), to_log_line(shipped)});
    return rows;
}

// What is left of a line the database refuses.
Row placeholder(const Row& refused) {
    const auto& instance = refused.line.instance;
    return {
        refused.key,
        LogLine{refused.line.at, instance, instance, "warn", "(a line the store refuses)", {}, {}, {}, "{}"}};
}

void insert(postgres::Transaction& tx, std::span<const Row> rows) {
    postgres::TimeArray at;
    postgres::TextArray key, service, instance, level, message, request_id, trace_id, about, line;
    for (const auto& row : rows) {
        at.add(row.line.at);
        key.add(row.key);
        service.add(row.line.service);
        instance.add(row.line.instance);
        level.add(row.line.level);
        message.add(row.line.message);
        request_id.add(row.line.request_id);
        trace_id.add(row.line.trace_id);
        std::string ids;
        for (const auto& id : row.line.about) ids += (ids.empty() ? "" : " ") + id;
        about.add(ids);
        line.add(row.line.json);
    }
    tx.exec(kInsert, at.parameter(), key.parameter(), service.parameter(), instance.parameter(),
            level.parameter(), message.parameter(), request_id.parameter(), trace_id.parameter(),
            about.parameter(), line.parameter());
}

// False when the database refuses one of them.
bool add_rows(postgres::Database& database, std::span<const Row> rows) {
    try {
        database.single([&](postgres::Transaction& tx) { insert(tx, rows); });
        return true;
    } catch (const postgres::SqlError& error) {
        if (!error.is_about_data()) throw;
        return false;
    }
}

}  // namespace

void LogStore::add(const std::vector<std::string>& envelopes) {
    const auto rows = rows_of(envelopes);
    if (rows.empty() || add_rows(database_, rows)) return;
    for (const auto& row : rows) {
        if (add_rows(database_, {&row, 1})) continue;
        const auto instead = placeholder(row);
        if (!add_rows(database_, {&instead, 1}))
            std::cerr << "a line is left out, the store refuses it" << std::endl;
    }
}

bool LogStore::forget(std::chrono::days keep) {
    constexpr int kAtOnce = 5000;
    const auto days = static_cast<std::int64_t>(keep.count());
    const auto done =
        database_.single([&](postgres::Transaction& tx) { return tx.exec(kForget, days, kAtOnce); });
    return done.affected_rows() == static_cast<std::size_t>(kAtOnce);
}

void serve_omprog(std::istream& in, std::ostream& out, LogStore& store) {
    const auto say = [&out](std::string_view word) { out << word << std::endl; };
    std::vector<std::string> list;
    bool failing = false;
    say("OK");
    for (std::string line; std::getline(in, line);) {
        if (line == "BEGIN") {
            list.clear();
            say("OK");
        } else if (line == "COMMIT") {
            try {
                store.add(list);
                if (std::exchange(failing, false)) std::cerr << "lines are stored again" << std::endl;
                say("OK");
            } catch (const std::exception& error) {  // rsyslog sends the list again, and again
                if (!std::exchange(failing, true))
                    std::cerr << "lines are not stored: " << error.what() << std::endl;
                say("not stored");
            }
        } else {
            list.push_back(std::move(line));
            say("DEFER_COMMIT");
        }
    }
}

namespace {

struct StoreSettings {
    postgres::Database::Config database;
    std::chrono::days keep;
};

StoreSettings read(core::Environment& environment) {
    return {.database = {.url = environment.text(
                             {"DATABASE_URL", "of `store-logs`: postgresql://logs:password@host:port/logs"}),
                         .connections = 2,
                         .statement_timeout = std::chrono::seconds{30}},
            .keep = std::chrono::days{environment.number(
                {"LOGS_KEEP_DAYS", "of `store-logs`: how long lines are kept"}, 30, 1, 3650)}};
}

}  // namespace

std::vector<core::VariableRules> variables_of_store_logs() {
    auto environment = core::Environment::listing();
    read(environment);
    return environment.rules();
}

std::function<bool()> declare_store_logs(core::Command app) {
    const auto check = std::make_shared<bool>(false);
    app.flag("--check", *check, "only say whether the store answers: exit status 0 or 1");
    app.footer(
        "Reads what deploy/observability/rsyslog.conf sends. DATABASE_URL is the store's, LOGS_KEEP_DAYS "
        "(30) how long "
        "lines are kept.");
    return [check] {
        core::Environment environment;
        auto [config, keep] = read(environment);
        environment.check();
        postgres::Database database{std::move(config)};
        if (*check) return database.reachable();
        LogStore store{database};
        const auto forgetting =
            core::run_periodically(std::chrono::hours{1}, "", [&, keep = keep](const std::stop_token& stop) {
                try {
                    for (bool more = true; more && !stop.stop_requested();) more = store.forget(keep);
                } catch (const std::exception& error) {  // not to the log: standard output is rsyslog's
                    std::cerr << "old lines are not deleted: " << error.what() << std::endl;
                }
            });
        serve_omprog(std::cin, std::cout, store);
        return true;
    };
}

}  // namespace quittance
