#include "catalog/parts/part_json.hpp"

#include "catalog/stock/quantity_json.hpp"
#include "core/json_reader.hpp"
#include "rest/resource.hpp"

namespace catalog {

using core::FieldError;
using core::Result;

Json to_json(const PartDraft& draft) {
    return {{"number", draft.number},
            {"name", draft.name},
            {"description", draft.description},
            {"unit", std::string{draft.unit.code()}},
            {"revision", rest::or_null(draft.revision)},
            {"active", draft.active},
            {"attributes", draft.attributes}};
}

Result<PartDraft> read_part_draft(const core::json::Value& document) {
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{document, "", errors};
    PartDraft draft{.number = read_plain_name(reader, "number"),
                    .name = reader.text("name", {1, 200}),
                    .description = reader.optional_text("description", {0, 5000}).value_or(""),
                    .unit = read_unit(reader, "unit"),
                    .revision = read_optional_plain_name(reader, "revision"),
                    .active = reader.boolean("active", true),
                    .attributes = reader.metadata("attributes")};
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return draft;
}

Result<PartDraft> read_change(const PartDraft& before, const core::json::Value& document) {
    auto after = read_part_draft(document);
    if (!after) return after.error();
    std::vector<FieldError> errors;
    if (after->number != before.number) errors.push_back({"number", "can't be changed"});
    if (after->unit != before.unit) errors.push_back({"unit", "can't be changed"});
    if (!errors.empty()) return core::invalid(std::move(errors));
    return after;
}

Result<PartDraft> patched(const PartDraft& before, const core::json::Value& patch) {
    core::json::Value document = to_json(before);
    document.merge_patch(patch);
    return read_change(before, document);
}

}  // namespace catalog
