#include "migrations/runner/plan.hpp"

#include <algorithm>
#include <charconv>
#include <regex>

namespace migrations {
namespace {

// The runner owns the transaction: a file that ends it would leave a failure half-done.
const std::regex kTransactionControl{R"(^[ \t]*(BEGIN|START TRANSACTION|COMMIT|ROLLBACK)[ \t]*;)",
                                     std::regex::icase | std::regex::multiline};

std::string padded(int version) {
    auto text = std::to_string(version);
    return text.size() < 4 ? std::string(4 - text.size(), '0') + text : text;
}

const Migration* find(const std::vector<Migration>& migrations, int version) {
    const auto found = std::ranges::find(migrations, version, &Migration::version);
    return found == migrations.end() ? nullptr : &*found;
}

}  // namespace

std::optional<int> version_of(std::string_view file_name) {
    static const std::regex pattern{R"(([0-9]{4})_[a-z0-9_]+\.sql)"};
    if (!std::regex_match(file_name.begin(), file_name.end(), pattern)) return {};
    int version = 0;
    std::from_chars(file_name.data(), file_name.data() + 4, version);
    return version;
}

bool outside_transaction(std::string_view sql) {
    return sql.substr(0, sql.find('\n')) == "-- no transaction";
}

std::vector<std::string> faults_of(const std::vector<Migration>& in_order) {
    std::vector<std::string> faults;
    int last = 0;
    for (const auto& migration : in_order) {
        if (migration.version == last) {
            faults.push_back(migration.name + ": another file has version " + padded(last) + " too");
        } else if (migration.version != last + 1) {
            faults.push_back(migration.name + ": version " + padded(last + 1) + " is missing before it");
        }
        if (!outside_transaction(migration.sql) && std::regex_search(migration.sql, kTransactionControl)) {
            faults.push_back(migration.name + ": begins or ends a transaction; each file already is one");
        }
        last = migration.version;
    }
    return faults;
}

std::vector<std::string> drift_between(const std::vector<Migration>& in_order,
                                       const std::vector<Applied>& ledger) {
    std::vector<std::string> drift;
    int last = 0;
    for (const auto& applied : ledger) {
        const auto* migration = find(in_order, applied.version);
        if (applied.version != last + 1) {
            drift.push_back("the ledger has no version " + padded(last + 1) + " but a later one, " +
                            applied.name);
        }
        if (migration == nullptr) {
            drift.push_back(applied.name + ": applied at " + applied.applied_at + ", but the file is gone");
        } else if (migration->name != applied.name) {
            drift.push_back(migration->name + ": was applied as " + applied.name);
        } else if (migration->sha256 != applied.sha256) {
            drift.push_back(applied.name + ": was edited after it was applied at " + applied.applied_at);
        }
        last = applied.version;
    }
    return drift;
}

}  // namespace migrations
