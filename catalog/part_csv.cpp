#include "catalog/part_csv.hpp"

#include "catalog/part_json.hpp"

namespace catalog {
namespace {

using base::Result;

// What a field says, as the member of the same name.
base::json::Value to_member(std::string_view column, const std::string& field) {
    if (column == "revision" && field.empty()) return nullptr;
    if (column == "active" && (field == "true" || field == "false")) return field == "true";
    if (column == "attributes") {
        if (field.empty()) return base::json::Value::object();
        if (auto object = base::json::parse_object(field)) return *std::move(object);
    }
    return field;
}

PartRow read_row(const csv::Table& table, const csv::Row& row) {
    const auto draft = [fields = row.fields,
                        columns = table.columns](const PartDraft* before) -> Result<PartDraft> {
        auto document = before ? base::json::Value(to_json(*before)) : base::json::Value::object();
        for (std::size_t i = 0; i < columns.size(); ++i)
            document[columns[i]] = to_member(columns[i], fields[i]);
        return before ? read_change(*before, document) : read_part_draft(document);
    };
    return {.row = row.number, .number = table.find(row, "number").value(), .draft = draft};
}

}  // namespace

std::string to_csv(const std::vector<Part>& parts) {
    auto text = csv::line(std::vector<std::string>(kPartColumns.begin(), kPartColumns.end()));
    for (const auto& [said, stock, version, created_at, updated_at] : parts) {
        const std::string fields[] = {
            said.number,
            said.name,
            said.description,
            std::string{said.unit.code()},
            said.revision.value_or(""),
            said.active ? "true" : "false",
            said.attributes.empty() ? "" : base::json::Value(said.attributes).dump()};
        text += csv::line(fields);
    }
    return text;
}

std::vector<PartRow> part_rows(const csv::Table& table) {
    std::vector<PartRow> rows;
    for (const auto& row : table.rows) {
        if (row.fault.empty()) {
            rows.push_back(read_row(table, row));
            continue;
        }
        const auto refuse = [fault = row.fault](const PartDraft*) -> Result<PartDraft> {
            return base::invalid("row", fault);
        };
        rows.push_back({.row = row.number, .number = "", .draft = refuse});
    }
    return rows;
}

}  // namespace catalog
