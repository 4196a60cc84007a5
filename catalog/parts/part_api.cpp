#include "catalog/parts/part_api.hpp"

#include "catalog/parts/part_csv.hpp"
#include "catalog/parts/part_json.hpp"
#include "catalog/stock/quantity_json.hpp"
#include "core/json_reader.hpp"
#include "rest/create.hpp"
#include "rest/json_body.hpp"
#include "rest/resource.hpp"

namespace catalog {
namespace {

using core::FieldError;
using core::Result;
using http::kAnyone;
using http::Method;
using http::Request;
using http::Response;
using http::Role;

// ---- JSON

Json to_json(const Part& part) {
    auto json = catalog::to_json(part.draft);
    json["stock"] = catalog::to_json(part.stock);
    json["created_at"] = core::to_rfc3339(part.created_at);
    json["updated_at"] = core::to_rfc3339(part.updated_at);
    return json;
}

Json to_json(const PartWithRevisions& part) {
    auto json = to_json(part.part);
    json["revisions"] = Json::array();
    for (const auto& revision : part.revisions) {
        json["revisions"].push_back({{"revision", revision.revision},
                                     {"note", revision.note},
                                     {"created_at", core::to_rfc3339(revision.created_at)}});
    }
    return json;
}

Result<Parts::NewRevision> read_revision(const core::json::Value& document) {
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{document, "", errors};
    Parts::NewRevision revision{.revision = read_plain_name(reader, "revision"),
                                .note = reader.optional_text("note", {0, 1000}).value_or(""),
                                .in_force = reader.boolean("in_force", true)};
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return revision;
}

Response show(int status, const PartWithRevisions& found) {
    return rest::with_etag(rest::respond(status, to_json(found)), found.part.version,
                           to_tag(found.part.stock));
}

Result<Response> show(const Result<PartWithRevisions>& found) {
    if (!found) return found.error();
    return show(200, *found);
}

// ---- handlers

Result<Response> create(Parts& parts, postgres::Database& db, const Request& request) {
    return rest::create_resource(
        db, request, read_part_draft, [&](auto& tx, const auto& draft) { return parts.create(tx, draft); },
        [&](const auto& made) { return rest::created(request, show(201, made), made.part.draft.number); });
}

Result<Response> list(Parts& parts, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"active"}, errors);
    const auto active =
        rest::read_filter(request, "active", rest::kBooleanWanted, errors, rest::parse_boolean);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(parts.list(active, page), page, [](const Part& part) { return to_json(part); });
}

Result<Response> find(Parts& parts, const Request& request) {
    const auto part = parts.find(request.path_value("number"));
    if (!part) return part.error();
    return rest::not_modified_or(request, show(200, *part), "public, max-age=30");
}

Result<Response> change(Parts& parts, const Request& request) {
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    return show(parts.change(request.path_value("number"), patch->expected,
                             [&](const PartDraft& before) { return patched(before, patch->document); }));
}

Result<Response> add_revision(Parts& parts, postgres::Database& db, const Request& request) {
    return rest::create_resource(
        db, request, read_revision,
        [&](auto& tx, const auto& revision) {
            return parts.add_revision(tx, request.path_value("number"), revision);
        },
        [](const auto& part) { return show(201, part); });
}

// ---- CSV

Result<Response> export_csv(Parts& parts, const Request& request) {
    const auto page = csv::read_page(request);
    if (!page) return page.error();
    return csv::file("parts.csv", to_csv(parts.list({}, *page)));
}

Result<Response> import_csv(Parts& parts, const Request& request) {
    const auto dry_run = csv::read_dry_run(request);
    if (!dry_run) return dry_run.error();
    const auto table = csv::read_body(request, kPartColumns, kMaxCsvRows);
    if (!table) return table.error();
    return rest::respond(200, to_json(parts.import(part_rows(*table), *dry_run)));
}

}  // namespace

std::vector<http::Route> part_routes(Parts& parts, postgres::Database& db) {
    const std::string all = "/api/v1/catalog/parts";
    const std::string part = all + "/:number";
    const std::string file = all + ".csv";
    // clang-format off
    return {
        {Method::post,  all,                 Role::admin, rest::bind(parts, db, create)      },
        {Method::get,   all,                 kAnyone,     rest::bind(parts, list)            },
        {Method::get,   part,                kAnyone,     rest::bind(parts, find)            },
        {Method::patch, part,                Role::admin, rest::bind(parts, change)          },
        {Method::post,  part + "/revisions", Role::admin, rest::bind(parts, db, add_revision)},
        {Method::get,   file,                Role::admin, rest::bind(parts, export_csv)      },
        {Method::post,  file,                Role::admin, rest::bind(parts, import_csv)      },
    };
    // clang-format on
}

}  // namespace catalog
