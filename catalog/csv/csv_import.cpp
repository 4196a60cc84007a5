#include "catalog/csv/csv_import.hpp"

#include <algorithm>

#include "core/json_reader.hpp"

namespace catalog {

Json to_json(const ImportReport& report) {
    auto refused = Json::array();
    for (const auto& [row, errors] : report.refused) {
        auto faults = Json::array();
        for (const auto& [field, detail] : errors) faults.push_back({{"field", field}, {"detail", detail}});
        refused.push_back({{"row", row}, {"errors", std::move(faults)}});
    }
    return {{"rows", report.rows},
            {"created", report.created},
            {"changed", report.changed},
            {"unchanged", report.unchanged},
            {"refused", std::move(refused)}};
}

namespace csv {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;

bool is_csv(const http::Request& request) {
    const auto* type = request.header("content-type");
    if (type == nullptr) return true;
    auto media = type->substr(0, type->find_first_of("; \t"));
    std::ranges::transform(media, media.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return media == "text/csv";
}

std::vector<core::FieldError> faults_of_header(const std::vector<std::string>& found,
                                               std::span<const std::string_view> columns) {
    std::vector<core::FieldError> errors;
    if (std::ranges::find(found, columns.front()) == found.end())
        errors.push_back({std::string{columns.front()}, "is missing in the header"});
    for (auto column = found.begin(); column != found.end(); ++column) {
        // Its bytes may be no text at all, so it is named by where it stands.
        const auto name = "column " + std::to_string(column - found.begin() + 1);
        if (std::ranges::find(columns, *column) == columns.end())
            errors.push_back({name, "is not a known column"});
        else if (std::find(found.begin(), column, *column) != column)
            errors.push_back({*column, "is there twice"});
    }
    return errors;
}

}  // namespace

core::Result<Table> read_body(const http::Request& request, std::span<const std::string_view> columns,
                              int max_rows) {
    if (!is_csv(request)) return core::Error{core::Kind::unsupported, "the body must be text/csv"};
    if (request.body.size() > kMaxBytes) return core::Error{core::Kind::too_large, "at most 1 MiB"};
    auto table = parse(request.body);
    if (!table) return table.error();
    if (auto errors = faults_of_header(table->columns, columns); !errors.empty())
        return core::invalid(std::move(errors));
    if (table->rows.size() > static_cast<std::size_t>(max_rows))
        return core::Error{core::Kind::too_large, "at most " + std::to_string(max_rows) + " rows"};
    return table;
}

core::Result<bool> read_dry_run(const http::Request& request) {
    std::vector<core::FieldError> errors;
    for (const auto& name : request.query_names())
        if (name != "dry_run") errors.push_back({name, "is not a known filter"});
    const auto dry_run =
        rest::read_filter(request, "dry_run", rest::kBooleanWanted, errors, rest::parse_boolean);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return dry_run.value_or(false);
}

core::Result<rest::Page> read_page(const http::Request& request) {
    std::vector<core::FieldError> errors;
    auto page = rest::read_page(request, {}, errors);
    if (request.query_value("limit")) errors.push_back({"limit", "is not a known filter"});
    if (!errors.empty()) return core::invalid(std::move(errors));
    page.limit = kMaxCsvRows - 1;  // the store looks for one more
    return page;
}

http::Response file(std::string_view name, std::string text) {
    http::Response response{200, std::move(text), "text/csv; charset=utf-8; header=present"};
    response.headers.emplace_back("Content-Disposition",
                                  "attachment; filename=\"" + std::string{name} + "\"");
    return response;
}

core::json::Value to_boolean(const std::string& field) {
    if (field == "true" || field == "false") return field == "true";
    return field;
}

core::json::Value to_object(const std::string& field) {
    if (field.empty()) return core::json::Value::object();
    if (auto object = core::json::parse_object(field)) return *std::move(object);
    return field;
}

core::json::Value to_optional(const std::string& field) {
    return field.empty() ? core::json::Value(nullptr) : core::json::Value(field);
}

}  // namespace csv
}  // namespace catalog
