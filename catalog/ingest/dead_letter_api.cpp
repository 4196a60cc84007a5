#include "catalog/ingest/dead_letter_api.hpp"

#include <simdjson.h>

#include "catalog/stock/quantity_json.hpp"
#include "core/base64.hpp"
#include "core/json_reader.hpp"
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

constexpr auto kVerdictWanted = "must be the verdict of a refused message, such as unit_unknown";
constexpr auto kStateWanted = "must be open, replayed or discarded";

Json to_json(const DeadLetter& letter) {
    Json json{{"id", letter.id.value()},
              {"state", std::string{to_string(letter.state)}},
              {"verdict", std::string{to_string(letter.verdict)}},
              {"reason", letter.reason},
              {"topic", letter.topic},
              {"machine", rest::or_null(letter.machine)},
              {"boot", rest::or_null(letter.boot)},
              {"seq", rest::or_null(letter.seq)},
              {"times", letter.times},
              {"received_at", core::to_rfc3339(letter.received_at)},
              {"last_received_at", core::to_rfc3339(letter.last_received_at)},
              {"closed_at", rest::or_null(letter.closed_at)},
              {"payload_bytes", letter.payload_bytes},
              {"payload_base64", core::to_base64(letter.payload)}};
    // To be read at once where it is text.
    json["payload"] =
        simdjson::validate_utf8(letter.payload.data(), letter.payload.size()) ? Json(letter.payload) : Json();
    return json;
}

Result<Response> show(const Result<DeadLetter>& letter) {
    if (!letter) return letter.error();
    return rest::respond(200, to_json(*letter));
}

// ---- filters, the same in a query and in the body of a replay

// `value` answers a filter's text by its name.
template <class Value>
store::DeadLetterFilter read_filter(Value value, std::vector<FieldError>& errors) {
    const auto read = [&](const char* name, const char* wanted,
                          auto parse) -> decltype(parse(std::string_view{})) {
        const std::optional<std::string> text = value(name);
        if (!text) return {};
        auto parsed = parse(std::string_view{*text});
        if (!parsed) errors.push_back({name, wanted});
        return parsed;
    };
    return {.state = read("state", kStateWanted, parse_dead_letter_state),
            .verdict = read("verdict", kVerdictWanted, contracts::parse_verdict),
            .machine = read("machine", rest::kTextWanted, rest::parse_filter_text),
            .topic = read("topic", rest::kTextWanted, rest::parse_filter_text),
            .received_after = read("received_after", rest::kTimeWanted, core::parse_rfc3339),
            .received_before = read("received_before", rest::kTimeWanted, core::parse_rfc3339)};
}

Result<Response> list(DeadLetters& letters, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(
        request, {"state", "verdict", "machine", "topic", "received_after", "received_before"}, errors);
    const auto filter = read_filter([&](const char* name) { return request.query_value(name); }, errors);
    if (!page.starting_after.empty() && !DeadLetterId::parse(page.starting_after)) {
        errors.push_back({"starting_after", "must be the id of a dead letter"});
    }
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(letters.list(filter, page), page,
                         [](const DeadLetter& letter) { return to_json(letter); });
}

// {"verdict"?,"machine"?,"topic"?,"received_after"?,"received_before"?,"limit"?,"dry_run"?}
Result<Response> replay_all(DeadLetters& letters, const Request& request) {
    const auto body = rest::parse_body(request);
    if (!body) return body.error();
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{*body, "", errors};
    const auto filter = read_filter(
        [&](const char* name) {
            return reader.optional_text(name, {1, 500});
        },
        errors);
    if (filter.state && filter.state != DeadLetterState::open) {
        errors.push_back({"state", "must be open: nothing else can be replayed"});
    }
    const int most = reader.has("limit") ? static_cast<int>(reader.integer("limit", 1, 1000)) : 1000;
    const bool dry_run = reader.boolean("dry_run", false);
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto report = letters.replay_all(filter, most, dry_run, request);
    return rest::respond(200,
                         {{"matched", report.matched}, {"replayed", report.replayed}, {"dry_run", dry_run}});
}

Result<DeadLetterId> id_of(const Request& request) {
    const auto& text = request.path_value("id");
    if (auto id = DeadLetterId::parse(text)) return *id;
    return core::not_found("no dead letter " + text);
}

Result<Response> find(DeadLetters& letters, const Request& request) {
    const auto id = id_of(request);
    if (!id) return id.error();
    return show(letters.find(*id));
}

using Action = Result<DeadLetter> (DeadLetters::*)(const DeadLetterId&, const Request&);

Result<Response> act(DeadLetters& letters, Action action, const Request& request) {
    const auto id = id_of(request);
    if (!id) return id.error();
    return show((letters.*action)(*id, request));
}

}  // namespace

std::vector<http::Route> dead_letter_routes(DeadLetters& letters) {
    const auto one = [&letters](Action action) {
        return [&letters, action](const Request& request) { return act(letters, action, request); };
    };
    const std::string all = "/api/v1/catalog/dead-letters";
    // clang-format off
    return {
        {Method::get,  all,                  Role::admin, rest::bind(letters, list)      },
        {Method::post, all + "/replay",      Role::admin, rest::bind(letters, replay_all)},
        {Method::get,  all + "/:id",         Role::admin, rest::bind(letters, find)      },
        {Method::post, all + "/:id/replay",  Role::admin, one(&DeadLetters::replay)      },
        {Method::post, all + "/:id/discard", Role::admin, one(&DeadLetters::discard)     },
    };
    // clang-format on
}

}  // namespace catalog
