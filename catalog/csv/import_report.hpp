// Rows of a file that register or change something each, and what became of them. Pure.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace catalog {

// The thing a row names, and what it makes of what was said of that before (null: of a new one).
template <class Draft>
struct ImportRow {
    int row;
    std::string name;
    std::function<core::Result<Draft>(const Draft* before)> draft;
};

struct ImportReport {
    struct Refused {
        int row;
        std::vector<core::FieldError> errors;
    };
    int rows = 0;
    int created = 0;
    int changed = 0;
    int unchanged = 0;
    std::vector<Refused> refused;
};

// Each row stands for itself. `import` counts in the report what it did with a row, or says why it refuses
// it; a name that comes again in its column is refused here.
template <class Draft, class Import>
ImportReport import_rows(const std::vector<ImportRow<Draft>>& rows, std::string_view column, Import import) {
    ImportReport report;
    report.rows = static_cast<int>(rows.size());
    std::map<std::string, int> seen;
    for (const auto& row : rows) {
        const auto [first, is_new] = seen.try_emplace(row.name, row.row);
        std::optional<core::Error> refusal =
            is_new || row.name.empty()
                ? import(row, report)
                : core::invalid(std::string{column},
                                "is in row " + std::to_string(first->second) + " already");
        if (refusal) report.refused.push_back({row.row, std::move(refusal->fields)});
    }
    return report;
}

}  // namespace catalog
