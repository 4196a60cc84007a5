#include "payment/api.hpp"

#include <algorithm>

#include "core/json_reader.hpp"
#include "core/utf8.hpp"
#include "rest/json_body.hpp"

namespace payment {
namespace {

namespace json = core::json;
using core::FieldError;
using core::Result;
using http::kAnyone;
using http::Request;
using http::Response;

// ---- the webhook

// One body for every reason, so that a forger learns nothing.
Response not_genuine() {
    return {400, R"({"type":"about:blank","title":"Not a genuine event","status":400})",
            "application/problem+json"};
}

http::AsyncHandler webhook(const std::vector<Account>& accounts, WebhookQueue& intake) {
    return [&](Request&& request, http::Responder respond) {
        const auto account = std::ranges::find(accounts, request.path_value("account"), &Account::name);
        if (account == accounts.end()) {
            return respond(
                http::problem(core::not_found("there is no such provider account"), request.request_id));
        }
        const auto& provider = *account->provider;
        if (provider.verify(request.headers, request.body, account->secrets, core::now(),
                            account->tolerance) != Verification::genuine) {
            intake.count_forged(*account);
            return respond(not_genuine());
        }
        auto event = provider.parse(request.body);
        if (!event) return respond(not_genuine());
        intake.enqueue(
            {&*account, *std::move(event), std::move(request.body), request.trace, request.request_id},
            request.request_id, std::move(respond));
    };
}

// ---- JSON

json::Value text_or_null(const std::string& text) {
    return text.empty() ? json::Value{} : json::Value(text);
}

json::Value from(const std::optional<ReportedFact>& statement) {
    if (!statement) return {};
    return {{"kind", contracts::to_string(statement->kind)},
            {"subject", text_or_null(statement->subject)},
            {"amount", json::from(statement->amount)}};
}

json::Value from(const StoredEvent& event) {
    return {{"id", event.id.value()},
            {"provider_event_id", event.provider_event_id},
            {"account", event.account},
            {"type", event.type},
            {"status", to_string(event.status)},
            {"reason", text_or_null(event.reason)},
            {"detail", text_or_null(event.detail)},
            {"order_id", text_or_null(event.order)},
            {"payment", text_or_null(event.payment)},
            {"fact", from(event.statement)},
            {"livemode", event.livemode},
            {"created_at", core::to_rfc3339(event.created_at)},
            {"received_at", core::to_rfc3339(event.received_at)},
            {"attempts", event.attempts},
            {"next_attempt_at",
             event.next_attempt_at ? json::Value(core::to_rfc3339(*event.next_attempt_at)) : json::Value{}}};
}

json::Value from(const Service::EventDetails& story) {
    auto out = from(story.event);
    auto& log = out["attempts_log"] = json::Value::array();
    for (const auto& attempt : story.attempts) {
        log.push_back({{"n", attempt.n},
                       {"at", core::to_rfc3339(attempt.at)},
                       {"trigger", attempt.cause},
                       {"outcome", attempt.outcome},
                       {"detail", text_or_null(attempt.detail)},
                       {"answer", attempt.answer ? json::Value(*attempt.answer) : json::Value{}}});
    }
    return out;
}

json::Value from(const Service::PaymentDetails& story) {
    const auto money = [&](std::int64_t amount) {
        return story.currency ? json::from(core::Money{amount, *story.currency}) : json::Value{};
    };
    return {{"id", story.payment.id.value()},
            {"account", story.payment.account},
            {"provider_payment_id", story.payment.provider_payment_id},
            {"order_id", story.payment.order},
            {"status", contracts::to_string(story.summary.status)},
            {"authorized", money(story.summary.authorized_minor)},
            {"captured", money(story.summary.captured_minor)},
            {"refunded", money(story.summary.refunded_minor)},
            {"disputed", money(story.summary.disputed_minor)},
            {"created_at", core::to_rfc3339(story.payment.created_at)}};
}

template <class Item>
Response list_answer(std::vector<Item> items, const rest::Page& page) {
    const bool more = items.size() > static_cast<std::size_t>(page.limit);
    if (more) items.erase(items.begin() + page.limit, items.end());
    json::Value out{{"data", json::Value::array()}, {"has_more", more}};
    for (const auto& item : items) out["data"].push_back(from(item));
    return http::json(200, out.dump());
}

template <class Story>
Result<Response> answer(const Result<Story>& story) {
    if (!story) return story.error();
    return http::json(200, from(*story).dump());
}

// ---- filters

constexpr auto kStatusHint = "must be open, applied, ignored or parked";
constexpr auto kTimeHint = "must be an RFC 3339 time, such as 2026-11-21T05:47:52Z";

std::optional<core::Time> read_time(const std::string& name, const std::optional<std::string>& text,
                                    std::vector<FieldError>& errors) {
    if (!text) return {};
    const auto time = core::parse_rfc3339(*text);
    if (!time) errors.push_back({name, kTimeHint});
    return time;
}

std::string read_text(const std::string& name, const std::optional<std::string>& text,
                      std::vector<FieldError>& errors) {
    if (!text) return {};
    if (text->empty() || text->size() > 255 || !core::is_printable(*text)) {
        errors.push_back({name, "must be 1 to 255 printable characters"});
        return {};
    }
    return *text;
}

using Lookup = std::function<std::optional<std::string>(const std::string&)>;

store::EventFilter read_filter(const Lookup& value, std::vector<FieldError>& errors) {
    store::EventFilter filter;
    if (const auto status = value("status")) {
        filter.status = parse_status(*status);
        if (!filter.status) errors.push_back({"status", kStatusHint});
    }
    filter.type = read_text("type", value("type"), errors);
    filter.order = read_text("order_id", value("order_id"), errors);
    filter.reason = read_text("reason", value("reason"), errors);
    filter.received_after = read_time("received_after", value("received_after"), errors);
    filter.received_before = read_time("received_before", value("received_before"), errors);
    return filter;
}

// ---- the admin's handlers

http::Handler list_events(Service& service) {
    return [&](const Request& request) -> Result<Response> {
        std::vector<FieldError> errors;
        const auto page = rest::read_page(
            request, {"status", "type", "order_id", "reason", "received_after", "received_before"}, errors);
        const auto filter = read_filter([&](const auto& name) { return request.query_value(name); }, errors);
        if (!errors.empty()) return core::invalid(std::move(errors));
        return list_answer(service.list_events(filter, page), page);
    };
}

http::Handler show_event(Service& service) {
    return [&](const Request& request) { return answer(service.show_event(request.path_value("id"))); };
}

http::Handler show_body(Service& service) {
    return [&](const Request& request) -> Result<Response> {
        auto body = service.show_body(request.path_value("id"));
        if (!body) return body.error();
        return Response{200, *std::move(body), "application/json", {{"X-Content-Type-Options", "nosniff"}}};
    };
}

http::Handler replay(Service& service) {
    return [&](const Request& request) { return answer(service.replay(request.path_value("id"), request)); };
}

// {"status"?,"type"?,"order_id"?,"reason"?,"received_after"?,"received_before"?,"limit"?,"dry_run"?}
http::Handler replay_all(Service& service) {
    return [&](const Request& request) -> Result<Response> {
        const auto body = json::parse_object(request.body.empty() ? "{}" : request.body);
        if (!body) return body.error();
        std::vector<FieldError> errors;
        json::ObjectReader reader{*body, "", errors};
        const auto filter = read_filter(
            [&](const auto& name) {
                return reader.optional_text(name, {1, 255});
            },
            errors);
        if (filter.status == Status::applied || filter.status == Status::ignored) {
            errors.push_back({"status", "must be open or parked: nothing else can be replayed"});
        }
        const int most = reader.has("limit") ? static_cast<int>(reader.integer("limit", 1, 1000)) : 1000;
        const bool dry_run = reader.boolean("dry_run", false);
        reader.refuse_unknown();
        if (!errors.empty()) return core::invalid(std::move(errors));
        const auto report = service.replay_all(filter, most, dry_run, request);
        return http::json(200, json::Value{{"matched", report.matched},
                                           {"replayed", dry_run ? 0 : report.matched},
                                           {"applied", report.applied},
                                           {"dry_run", dry_run}}
                                   .dump());
    };
}

// {"since","until"?,"starting_after"?,"limit"?,"dry_run"?}
http::Handler resend(Service& service) {
    return [&](const Request& request) -> Result<Response> {
        const auto body = rest::parse_body(request);
        if (!body) return body.error();
        std::vector<FieldError> errors;
        json::ObjectReader reader{*body, "", errors};
        Service::ResendRequest wanted{};
        if (const auto since = read_time("since", reader.text("since", {1, 64}), errors))
            wanted.since = *since;
        wanted.until = read_time("until", reader.optional_text("until", {1, 64}), errors);
        wanted.starting_after = reader.optional_text("starting_after", {1, 64}).value_or("");
        if (!wanted.starting_after.empty() && !core::EventId::parse(wanted.starting_after))
            errors.push_back({"starting_after", "must be the id of an event"});
        wanted.most = reader.has("limit") ? static_cast<int>(reader.integer("limit", 1, 1000)) : 1000;
        wanted.dry_run = reader.boolean("dry_run", false);
        reader.refuse_unknown();
        if (!errors.empty()) return core::invalid(std::move(errors));
        const auto report = service.resend(wanted, request);
        return http::json(200, json::Value{{"matched", report.matched},
                                           {"applied", report.applied},
                                           {"already_applied", report.already_applied},
                                           {"reopened", report.reopened},
                                           {"unanswered", report.unanswered},
                                           {"last", text_or_null(report.last)},
                                           {"dry_run", wanted.dry_run}}
                                   .dump());
    };
}

http::Handler list_payments(Service& service) {
    return [&](const Request& request) -> Result<Response> {
        std::vector<FieldError> errors;
        const auto page = rest::read_page(request, {"order_id"}, errors);
        const auto order = read_text("order_id", request.query_value("order_id"), errors);
        if (!errors.empty()) return core::invalid(std::move(errors));
        return list_answer(service.list_payments(order, page), page);
    };
}

http::Handler show_payment(Service& service) {
    return [&](const Request& request) -> Result<Response> {
        const auto story = service.show_payment(request.path_value("id"));
        if (!story) return story.error();
        auto out = from(*story);
        out["facts"] = json::Value::array();
        for (const auto& event : story->facts) {
            auto fact = from(event.statement);
            fact["event_id"] = event.id.value();
            fact["occurred_at"] = core::to_rfc3339(event.created_at);
            out["facts"].push_back(std::move(fact));
        }
        return http::json(200, out.dump());
    };
}

}  // namespace

std::vector<http::Route> routes(const std::vector<Account>& accounts, WebhookQueue& intake,
                                Service& service) {
    using http::Method;
    using http::Role;
    return {
        {Method::post, "/api/v1/payment/webhooks/:account", kAnyone, webhook(accounts, intake)},
        {Method::get, "/api/v1/payment/events", Role::admin, list_events(service)},
        {Method::post, "/api/v1/payment/events/replay", Role::admin, replay_all(service)},
        {Method::post, "/api/v1/payment/events/resend", Role::admin, resend(service)},
        {Method::get, "/api/v1/payment/events/:id", Role::admin, show_event(service)},
        {Method::get, "/api/v1/payment/events/:id/body", Role::admin, show_body(service)},
        {Method::post, "/api/v1/payment/events/:id/replay", Role::admin, replay(service)},
        {Method::get, "/api/v1/payment/payments", Role::admin, list_payments(service)},
        {Method::get, "/api/v1/payment/payments/:id", Role::admin, show_payment(service)},
    };
}

}  // namespace payment
