#include "catalog/parts/part_csv.hpp"

#include "catalog/parts/part_json.hpp"

namespace catalog {
namespace {

using core::Result;

// What a field says, as the member of the same name.
core::json::Value to_member(std::string_view column, const std::string& field) {
    if (column == "revision") return csv::to_optional(field);
    if (column == "active") return csv::to_boolean(field);
    if (column == "attributes") return csv::to_object(field);
    return field;
}

Result<PartDraft> read_row(const csv::Fields& fields, const PartDraft* before) {
    auto document = before ? core::json::Value(to_json(*before)) : core::json::Value::object();
    for (const auto& [column, field] : fields) document[column] = to_member(column, field);
    return before ? read_change(*before, document) : read_part_draft(document);
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
            said.attributes.empty() ? "" : core::json::Value(said.attributes).dump()};
        text += csv::line(fields);
    }
    return text;
}

std::vector<PartRow> part_rows(const csv::Table& table) {
    return csv::to_import<PartDraft>(table, "number", read_row);
}

}  // namespace catalog
