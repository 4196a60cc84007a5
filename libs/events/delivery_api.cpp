#include "core/json_reader.hpp"
#include "rest/json_body.hpp"
#include "rest/resource.hpp"

#include "events/delivery_service.hpp"

namespace events {
namespace {

using http::Method;
using http::Request;
using http::Response;
using http::Role;
using Json = core::json::Value;

constexpr auto kStatusWanted = "must be open, waiting, delivered, parked or discarded";

Json to_json(const Delivery& delivery) {
    const auto& event = delivery.event;
    return {{"id", delivery.id.value()},
            {"destination", delivery.destination},
            {"status", std::string{to_string(delivery.status)}},
            {"tries", delivery.tries},
            {"reason", delivery.reason},
            {"due_at", rest::or_null(delivery.due_at)},
            {"tried_at", rest::or_null(delivery.tried_at)},
            {"closed_at", rest::or_null(delivery.closed_at)},
            {"created_at", core::to_rfc3339(delivery.created_at)},
            {"event",
             {{"id", event.id},
              {"type", event.type},
              {"subject", event.subject},
              {"time", core::to_rfc3339(event.time)},
              {"aggregateversion", event.version},
              {"traceparent", event.traceparent},
              {"data", delivery.data_is_hidden ? Json() : Json::parse(event.data)}}}};
}

core::Result<Response> show(const core::Result<Delivery>& delivery) {
    if (!delivery) return delivery.error();
    return rest::respond(200, to_json(*delivery));
}

// `value` answers a filter's text by its name: the same in a query and in the body of a replay.
template <class Value>
DeliveryFilter read_filter(Value value, std::vector<core::FieldError>& errors) {
    const auto read = [&](const char* name, const char* wanted,
                          auto parse) -> decltype(parse(std::string_view{})) {
        const std::optional<std::string> text = value(name);
        if (!text) return {};
        auto parsed = parse(std::string_view{*text});
        if (!parsed) errors.push_back({name, wanted});
        return parsed;
    };
    return {.status = read("status", kStatusWanted, parse_delivery_status),
            .destination = read("destination", rest::kTextWanted, rest::parse_filter_text),
            .type = read("type", rest::kTextWanted, rest::parse_filter_text),
            .subject = read("subject", rest::kTextWanted, rest::parse_filter_text)};
}

core::Result<Response> list(Deliveries& deliveries, const Request& request) {
    std::vector<core::FieldError> errors;
    const auto page = rest::read_page(request, {"status", "destination", "type", "subject"}, errors);
    const auto filter = read_filter([&](const char* name) { return request.query_value(name); }, errors);
    if (!page.starting_after.empty() && !DeliveryId::parse(page.starting_after)) {
        errors.push_back({"starting_after", "must be the id of a delivery"});
    }
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(deliveries.list(filter, page), page,
                         [](const Delivery& delivery) { return to_json(delivery); });
}

using ActionOnAll = Deliveries::Report (Deliveries::*)(const DeliveryFilter&, int, bool, const Request&);

// {"status"?,"destination"?,"type"?,"subject"?,"limit"?,"dry_run"?}; `done` is how the answer calls it.
core::Result<Response> act_on_all(Deliveries& deliveries, ActionOnAll action, const char* done,
                                  const Request& request) {
    const auto body = rest::parse_body(request);
    if (!body) return body.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*body, "", errors};
    const auto filter = read_filter(
        [&](const char* name) {
            return reader.optional_text(name, {1, 200});
        },
        errors);
    if (filter.status && filter.status != DeliveryStatus::parked) {
        errors.push_back({"status", "must be parked: nothing else is replayed or discarded together"});
    }
    constexpr int kMost = 1000;
    const int most = reader.has("limit") ? static_cast<int>(reader.integer("limit", 1, kMost)) : kMost;
    const bool dry_run = reader.boolean("dry_run", false);
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto report = (deliveries.*action)(filter, most, dry_run, request);
    return rest::respond(200, {{"matched", report.matched}, {done, report.done}, {"dry_run", dry_run}});
}

core::Time read_time(core::json::ObjectReader& reader, const char* name) {
    const auto time = core::parse_rfc3339(reader.text(name, {1, 64}));
    if (!time) reader.fault(name, rest::kTimeWanted);
    return time.value_or(core::Time{});
}

// {"destination","since","until"?,"limit"?,"dry_run"?}
core::Result<Response> resend(Deliveries& deliveries, const Request& request) {
    const auto body = rest::parse_body(request);
    if (!body) return body.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*body, "", errors};
    const Deliveries::Redelivery wanted{
        .destination = reader.text("destination", {1, 200}),
        .since = read_time(reader, "since"),
        .until = reader.has("until") ? read_time(reader, "until") : core::now()};
    constexpr int kMost = 1000;
    const int most = reader.has("limit") ? static_cast<int>(reader.integer("limit", 1, kMost)) : kMost;
    const bool dry_run = reader.boolean("dry_run", false);
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto report = deliveries.resend(wanted, most, dry_run, request);
    return rest::respond(200, {{"matched", report.matched},
                               {"redelivered", report.done},
                               {"erased", report.erased},
                               {"dry_run", dry_run}});
}

core::Result<DeliveryId> id_of(const Request& request) {
    const auto& text = request.path_value("id");
    if (auto id = DeliveryId::parse(text)) return *id;
    return core::not_found("no delivery " + text);
}

core::Result<Response> find(Deliveries& deliveries, const Request& request) {
    const auto id = id_of(request);
    if (!id) return id.error();
    return show(deliveries.find(*id));
}

using Action = core::Result<Delivery> (Deliveries::*)(const DeliveryId&, const Request&);

core::Result<Response> act(Deliveries& deliveries, Action action, const Request& request) {
    const auto id = id_of(request);
    if (!id) return id.error();
    return show((deliveries.*action)(*id, request));
}

}  // namespace

std::vector<http::Route> delivery_routes(Deliveries& deliveries, const std::string& service) {
    const auto one = [&deliveries](Action action) {
        return [&deliveries, action](const Request& request) { return act(deliveries, action, request); };
    };
    const auto many = [&deliveries](ActionOnAll action, const char* done) {
        return [&deliveries, action, done](const Request& request) {
            return act_on_all(deliveries, action, done, request);
        };
    };
    const auto all = "/api/v1/" + service + "/deliveries";
    // clang-format off
    return {
        {Method::get,  all,                  http::Role::admin, rest::bind(deliveries, list)               },
        {Method::post, all + "/replay",      http::Role::admin, many(&Deliveries::replay_all, "replayed")  },
        {Method::post, all + "/discard",     http::Role::admin, many(&Deliveries::discard_all, "discarded")},
        {Method::post, all + "/resend",      http::Role::admin, rest::bind(deliveries, resend)             },
        {Method::get,  all + "/:id",         http::Role::admin, rest::bind(deliveries, find)               },
        {Method::post, all + "/:id/replay",  http::Role::admin, one(&Deliveries::replay)                   },
        {Method::post, all + "/:id/discard", http::Role::admin, one(&Deliveries::discard)                  },
    };
    // clang-format on
}

}  // namespace events
