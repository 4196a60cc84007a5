#include "catalog/machines/machine_api.hpp"

#include <charconv>

#include "catalog/stock/quantity_json.hpp"
#include "core/json_reader.hpp"
#include "rest/create.hpp"
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

Json to_json(const MachineDraft& draft) {
    return {{"name", draft.name},
            {"site", draft.site},
            {"area", draft.area},
            {"line", draft.line},
            {"description", draft.description},
            {"makes", draft.makes}};
}

Json to_json(const Machine& machine) {
    auto json = to_json(machine.draft);
    json["topic"] = machine.topic;
    json["state"] = machine.state;
    json["state_at"] = rest::or_null(machine.state_at);
    json["firmware"] = rest::or_null(machine.firmware);
    json["running"] = nullptr;
    if (machine.running_part)
        json["running"] = {{"part", *machine.running_part}, {"rev", rest::or_null(machine.running_rev)}};
    json["down"] = rest::or_null(machine.down);
    json["down_since"] = rest::or_null(machine.down_since);
    json["boot"] = rest::or_null(machine.boot);
    json["last_seq"] = rest::or_null(machine.last_seq);
    json["last_seen_at"] = rest::or_null(machine.last_seen_at);
    json["open_gaps"] = machine.open_gaps;
    json["created_at"] = core::to_rfc3339(machine.created_at);
    return json;
}

Json to_json(const MachineGap& gap) {
    auto missing = Json::array();
    for (const auto& range : gap.missing) missing.push_back({{"from", range.from}, {"to", range.to}});
    return {{"id", gap.id.value()},
            {"boot", gap.boot},
            {"from", gap.range.from},
            {"to", gap.range.to},
            {"missing", std::move(missing)},
            {"state", std::string{to_string(gap.state)}},
            {"detected_at", core::to_rfc3339(gap.detected_at)},
            {"asked", gap.asked},
            {"asked_at", rest::or_null(gap.asked_at)},
            {"closed_at", rest::or_null(gap.closed_at)}};
}

Json to_json(const PastEvent& event) {
    return {{"machine", event.machine},
            {"boot", event.boot},
            {"seq", event.seq},
            {"type", event.type},
            {"ts", core::to_rfc3339(event.ts)},
            {"received_at", core::to_rfc3339(event.received_at)},
            {"data", Json::parse(event.data)}};
}

Result<MachineDraft> read_draft(const core::json::Value& document) {
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{document, "", errors};
    MachineDraft draft{.name = read_plain_name(reader, "name"),
                       .site = read_plain_name(reader, "site"),
                       .area = read_plain_name(reader, "area"),
                       .line = read_plain_name(reader, "line"),
                       .description = reader.optional_text("description", {0, 1000}).value_or(""),
                       .makes = reader.texts("makes", 1000, {1, 64})};
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return draft;
}

Response show(int status, const Machine& machine) {
    return rest::with_etag(rest::respond(status, to_json(machine)), machine.version);
}

Result<Response> show(const Result<Machine>& machine) {
    if (!machine) return machine.error();
    return show(200, *machine);
}

// ---- machines

Result<Response> create(Machines& machines, postgres::Database& db, const Request& request) {
    return rest::create_resource(
        db, request, read_draft, [&](auto& tx, const auto& draft) { return machines.create(tx, draft); },
        [&](const auto& made) { return rest::created(request, show(201, made), made.draft.name); });
}

Result<Response> list(Machines& machines, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"site", "area", "line", "state"}, errors);
    const auto text = [&](std::string_view name) {
        return rest::read_filter(request, name, rest::kTextWanted, errors, rest::parse_filter_text);
    };
    const store::MachineFilter filter{text("site"), text("area"), text("line"), text("state")};
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(machines.list(filter, page), page,
                         [](const Machine& machine) { return to_json(machine); });
}

Result<Response> find(Machines& machines, const Request& request) {
    return show(machines.find(request.path_value("machine")));
}

Result<Response> change(Machines& machines, const Request& request) {
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    const auto& name = request.path_value("machine");
    return show(
        machines.change(name, patch->expected, [&](const MachineDraft& before) -> Result<MachineDraft> {
            auto draft = read_draft(patch->apply_to(to_json(before)));
            if (draft && draft->name != name) return core::invalid("name", "can't be changed");
            return draft;
        }));
}

// ---- gaps and history

Result<Response> gaps(Machines& machines, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"state"}, errors);
    const auto state =
        rest::read_filter(request, "state", "must be open, filled or given_up", errors, parse_gap_state);
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto found = machines.gaps(request.path_value("machine"), state, page);
    if (!found) return found.error();
    return rest::page_of(*found, page, [](const MachineGap& gap) { return to_json(gap); });
}

Result<Response> abandon(Machines& machines, const Request& request) {
    const auto& text = request.path_value("gap");
    const auto id = GapId::parse(text);
    if (!id) return core::not_found("no gap " + text + " of this machine");
    const auto gap = machines.abandon(request.path_value("machine"), *id);
    if (!gap) return gap.error();
    return rest::respond(200, to_json(*gap));
}

struct Number {
    std::int64_t boot;
    std::int64_t seq;
};
// 412.90211: boot and seq.
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto* end = text.data() + text.size();
    const auto boot = std::from_chars(text.data(), end, number.boot);
    if (boot.ec != std::errc{} || boot.ptr == end || *boot.ptr != '.') return {};
    const auto seq = std::from_chars(boot.ptr + 1, end, number.seq);
    if (seq.ec != std::errc{} || seq.ptr != end) return {};
    return number;
}

Result<Response> events(Machines& machines, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {"type"}, errors);
    const auto before = rest::read_filter(
        request, "starting_after", "must be a boot and a seq, such as 412.90211", errors, parse_number);
    const auto type = rest::read_filter(request, "type", rest::kTextWanted, errors, rest::parse_filter_text);
    if (!errors.empty()) return core::invalid(std::move(errors));
    store::EventFilter filter{.type = type, .before_boot = {}, .before_seq = {}, .limit = page.limit};
    if (before) {
        filter.before_boot = before->boot;
        filter.before_seq = before->seq;
    }
    const auto found = machines.events(request.path_value("machine"), filter);
    if (!found) return found.error();
    return rest::page_of(*found, page, [](const PastEvent& event) { return to_json(event); });
}

}  // namespace

std::vector<http::Route> machine_routes(Machines& machines, postgres::Database& db) {
    const std::string all = "/api/v1/catalog/machines";
    const std::string machine = all + "/:machine";
    // clang-format off
    return {
        {Method::post,  all,                            Role::admin, rest::bind(machines, db, create)},
        {Method::get,   all,                            Role::admin, rest::bind(machines, list)      },
        {Method::get,   machine,                        Role::admin, rest::bind(machines, find)      },
        {Method::patch, machine,                        Role::admin, rest::bind(machines, change)    },
        {Method::get,   machine + "/events",            Role::admin, rest::bind(machines, events)    },
        {Method::get,   machine + "/gaps",              Role::admin, rest::bind(machines, gaps)      },
        {Method::post,  machine + "/gaps/:gap/abandon", Role::admin, rest::bind(machines, abandon)   },
    };
    // clang-format on
}

}  // namespace catalog
