#include "migrations/runner/plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace migrations {
namespace {

constexpr std::string_view kBlanks = " \t";

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string_view without_leading_blanks(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(kBlanks), text.size()));
}

bool is_transaction_control(std::string_view line) {
    const auto statement = without_leading_blanks(line);
    constexpr std::array<std::string_view, 4> kStatements{"BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK"};
    return std::ranges::any_of(kStatements, [&](std::string_view control) {
        return std::ranges::equal(statement.substr(0, control.size()), control, {}, upper) &&
               without_leading_blanks(statement.substr(control.size())).starts_with(';');
    });
}

// The runner owns the transaction: a file that ends it would leave a failure half-done.
bool has_transaction_control(std::string_view sql) {
    while (!sql.empty()) {
        const auto line = sql.substr(0, sql.find_first_of("\n\r"));
        if (is_transaction_control(line)) return true;
        sql.remove_prefix(std::min(line.size() + 1, sql.size()));
    }
    return false;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

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
    constexpr std::string_view kSuffix = ".sql";
    constexpr std::size_t kDigits = 4;
    if (file_name.size() < kDigits + 2 + kSuffix.size() || !file_name.ends_with(kSuffix)) return {};
    if (!std::ranges::all_of(file_name.substr(0, kDigits), is_digit) || file_name[kDigits] != '_') return {};
    const auto what = file_name.substr(kDigits + 1, file_name.size() - kDigits - 1 - kSuffix.size());
    if (!std::ranges::all_of(what, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '_'; }))
        return {};
    int version = 0;
    std::from_chars(file_name.data(), file_name.data() + kDigits, version);
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
        if (!outside_transaction(migration.sql) && has_transaction_control(migration.sql)) {
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
