// What files of rows to be registered or changed have alike: the request they come in and the report on them.
#pragma once

#include <span>
#include <string_view>

#include "base/http.hpp"
#include "base/result.hpp"
#include "catalog/csv.hpp"
#include "catalog/import_report.hpp"
#include "catalog/json_out.hpp"

namespace catalog {

constexpr int kMostCsvRows = 2000;  // in a file that is read or written: one transaction

Json to_json(const ImportReport& report);

namespace csv {

// The table a request's body is: at most 1 MiB of text/csv. Its first of `columns` must be there, no other
// may.
base::Result<Table> read_body(const base::http::Request& request, std::span<const std::string_view> columns,
                              int most_rows);

}  // namespace csv
}  // namespace catalog
