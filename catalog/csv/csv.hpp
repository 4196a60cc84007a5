// Comma-separated values (RFC 4180) to rows of named fields and back. Pure.
//
// Nothing is taken for a formula and nothing changed against it: what is read is what was written. A user who
// opens such a file in a spreadsheet imports its columns as text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace catalog::csv {

struct Row {
    int number;                       // as a spreadsheet counts: the header is 1
    std::vector<std::string> fields;  // one for each column
    std::string fault = {};           // why it can't be read; its fields are then not to be used
};

struct Table {
    std::vector<std::string> columns;
    std::vector<Row> rows;

    // The row's field of that column; nothing when there is no such column.
    std::optional<std::string> find(const Row& row, std::string_view column) const;
};

// Lines end in CRLF or LF; a UTF-8 byte order mark is passed over, and so are empty lines. A row that can't
// be read has a fault; `malformed` when no rows can be told apart: no header, or a quote that is never
// closed.
core::Result<Table> parse(std::string_view text);

// One line with its CRLF.
std::string line(std::span<const std::string> fields);

}  // namespace catalog::csv
