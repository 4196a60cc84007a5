// What a folder of migrations and a database's ledger say together: refuse, or what is still to apply. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrations {

struct Migration {
    int version;       // NNNN of the file's name
    std::string name;  // the file's name
    std::string sha256;
    std::string sql;
};

// A row of the ledger.
struct Applied {
    int version;
    std::string name;
    std::string sha256;
    std::string applied_at;
};

// The version in NNNN_what.sql (digits, then lower-case letters, digits and underscores); nothing for another
// name.
std::optional<int> version_of(std::string_view file_name);

// Whether the first line is `-- no transaction`.
bool outside_transaction(std::string_view sql);

// Everything wrong with the folder itself: a version twice, a gap, a file that ends its own transaction.
std::vector<std::string> faults_of(const std::vector<Migration>& in_order);

// Everything in the ledger that the folder does not tell the same way: edited, renamed or missing files.
std::vector<std::string> drift_between(const std::vector<Migration>& in_order,
                                       const std::vector<Applied>& ledger);

}  // namespace migrations
