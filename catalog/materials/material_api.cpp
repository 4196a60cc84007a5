#include "catalog/materials/material_api.hpp"

#include "catalog/stock/quantity_json.hpp"
#include "core/json_reader.hpp"
#include "rest/create.hpp"
#include "rest/idempotency.hpp"
#include "rest/json_body.hpp"
#include "rest/resource.hpp"

namespace catalog {
namespace {

using core::FieldError;
using core::Result;
using http::Method;
using http::Request;
using http::Response;
using http::Role;

// ---- JSON

Json to_json(const MaterialDraft& draft) {
    return {{"code", draft.code},
            {"name", draft.name},
            {"description", draft.description},
            {"unit", std::string{draft.unit.code()}},
            {"active", draft.active}};
}

Json to_json(const Material& material) {
    auto json = to_json(material.draft);
    json["stock"] = catalog::to_json(material.stock);
    json["created_at"] = core::to_rfc3339(material.created_at);
    json["updated_at"] = core::to_rfc3339(material.updated_at);
    return json;
}

Json to_json(const Lot& lot) {
    return {{"lot", lot.lot},
            {"supplier", lot.supplier},
            {"received", catalog::to_json(lot.received)},
            {"consumed", catalog::to_json(lot.consumed)},
            {"created_at", core::to_rfc3339(lot.created_at)}};
}

Json to_json(const MaterialWithLots& material) {
    auto json = to_json(material.material);
    json["lots"] = Json::array();
    for (const auto& lot : material.lots) json["lots"].push_back(to_json(lot));
    return json;
}

Result<MaterialDraft> read_draft(const core::json::Value& document) {
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{document, "", errors};
    MaterialDraft draft{.code = read_plain_name(reader, "code"),
                        .name = reader.text("name", {1, 200}),
                        .description = reader.optional_text("description", {0, 5000}).value_or(""),
                        .unit = read_unit(reader, "unit"),
                        .active = reader.boolean("active", true)};
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return draft;
}

// What was said before with `patch` applied.
Result<MaterialDraft> patched(const MaterialDraft& before, const rest::Patch& patch) {
    auto after = read_draft(patch.apply_to(to_json(before)));
    if (!after) return after.error();
    std::vector<FieldError> errors;
    if (after->code != before.code) errors.push_back({"code", "can't be changed"});
    if (after->unit != before.unit) errors.push_back({"unit", "can't be changed"});
    if (!errors.empty()) return core::invalid(std::move(errors));
    return after;
}

Result<Lot> read_lot(const core::json::Value& document, Unit unit) {
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{document, "", errors};
    Lot lot{.lot = reader.text("lot", {1, 64}),
            .supplier = reader.optional_text("supplier", {0, 200}).value_or(""),
            .received = {},
            .consumed = {},
            .created_at = {}};
    if (reader.has("quantity"))
        lot.received = read_quantity_in(reader, "quantity", Quantity{}, unit);
    else if (reader.has("unit"))
        reader.fault("unit", "says nothing without a quantity");
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return lot;
}

Response show(int status, const MaterialWithLots& found) {
    return rest::with_etag(rest::respond(status, to_json(found)), found.material.version,
                           to_tag(found.material.stock));
}

Result<Response> show(const Result<MaterialWithLots>& found) {
    if (!found) return found.error();
    return show(200, *found);
}

// ---- materials

Result<Response> create(Materials& materials, postgres::Database& db, const Request& request) {
    return rest::create_resource(
        db, request, read_draft, [&](auto& tx, const auto& draft) { return materials.create(tx, draft); },
        [&](const auto& made) { return rest::created(request, show(201, made), made.material.draft.code); });
}

Result<Response> list(Materials& materials, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"active"}, errors);
    const auto active =
        rest::read_filter(request, "active", rest::kBooleanWanted, errors, rest::parse_boolean);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(materials.list(active, page), page,
                         [](const Material& material) { return to_json(material); });
}

Result<Response> find(Materials& materials, const Request& request) {
    return show(materials.find(request.path_value("code")));
}

Result<Response> change(Materials& materials, const Request& request) {
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    return show(materials.change(request.path_value("code"), patch->expected,
                                 [&](const MaterialDraft& before) { return patched(before, *patch); }));
}

// ---- lots

Result<Response> add_lot(Materials& materials, postgres::Database& db, const Request& request) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    return rest::run_idempotent(db, request, [&](postgres::Transaction& tx) -> Result<Response> {
        const auto lot = materials.add_lot(tx, request.path_value("code"),
                                           [&](Unit unit) { return read_lot(*document, unit); });
        if (!lot) return lot.error();
        return rest::respond(201, to_json(*lot));
    });
}

Result<Response> lots(Materials& materials, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {}, errors);
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto found = materials.lots(request.path_value("code"), page);
    if (!found) return found.error();
    return rest::page_of(*found, page, [](const Lot& lot) { return to_json(lot); });
}

}  // namespace

std::vector<http::Route> material_routes(Materials& materials, postgres::Database& db) {
    const std::string all = "/api/v1/catalog/materials";
    const std::string material = all + "/:code";
    // clang-format off
    return {
        {Method::post,  all,                Role::admin, rest::bind(materials, db, create) },
        {Method::get,   all,                Role::admin, rest::bind(materials, list)       },
        {Method::get,   material,           Role::admin, rest::bind(materials, find)       },
        {Method::patch, material,           Role::admin, rest::bind(materials, change)     },
        {Method::post,  material + "/lots", Role::admin, rest::bind(materials, db, add_lot)},
        {Method::get,   material + "/lots", Role::admin, rest::bind(materials, lots)       },
    };
    // clang-format on
}

}  // namespace catalog
