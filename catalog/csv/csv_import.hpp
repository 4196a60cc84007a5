// What files of rows to be registered or changed have alike: the request they come in and the report on them.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/csv/csv.hpp"
#include "catalog/csv/import_report.hpp"
#include "catalog/stock/quantity_json.hpp"
#include "core/json.hpp"
#include "core/result.hpp"
#include "http/server.hpp"
#include "rest/page.hpp"

namespace catalog {

constexpr int kMaxCsvRows = 2000;  // in a file that is read or written: one transaction

Json to_json(const ImportReport& report);

namespace csv {

// The table a request's body is: at most 1 MiB of text/csv. Its first of `columns` must be there, no other
// may.
core::Result<Table> read_body(const http::Request& request, std::span<const std::string_view> columns,
                              int max_rows);
// The query of a request to read in a file.
core::Result<bool> read_dry_run(const http::Request& request);

// The query of a request for a file: as many rows as fit.
core::Result<rest::Page> read_page(const http::Request& request);
http::Response file(std::string_view name, std::string text);

// A field as the JSON member it stands for, where it can be read as one; else as text, for the reader to
// refuse.
core::json::Value to_boolean(const std::string& field);
core::json::Value to_object(const std::string& field);
core::json::Value to_optional(const std::string& field);

using Fields = std::map<std::string, std::string>;  // of a row, by column

// The rows for import_rows, named by their field of `column`. One that can't be read will be refused.
template <class Draft>
std::vector<ImportRow<Draft>> to_import(const Table& table, const std::string& column,
                                        core::Result<Draft> (*read)(const Fields& fields,
                                                                    const Draft* before)) {
    std::vector<ImportRow<Draft>> rows;
    for (const auto& row : table.rows) {
        if (!row.fault.empty()) {
            const auto refuse = [fault = row.fault](const Draft*) -> core::Result<Draft> {
                return core::invalid("row", fault);
            };
            rows.push_back({row.number, "", refuse});
            continue;
        }
        Fields fields;
        for (std::size_t i = 0; i < row.fields.size(); ++i) fields[table.columns[i]] = row.fields[i];
        auto name = fields.at(column);
        rows.push_back({row.number, std::move(name), [fields = std::move(fields), read](const Draft* before) {
                            return read(fields, before);
                        }});
    }
    return rows;
}

}  // namespace csv
}  // namespace catalog
