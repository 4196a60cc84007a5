// The routes of subscriptions: /api/v1/<service>/subscriptions.
#include "core/json_reader.hpp"
#include "rest/create.hpp"
#include "rest/json_body.hpp"
#include "rest/resource.hpp"
#include "webhooks/subscription_service.hpp"

namespace webhooks {
namespace {

using http::Method;
using http::Request;
using http::Response;
using http::Role;
using Json = core::json::Value;

// ---- JSON

Json to_json(const SubscriptionDraft& draft) {
    return {{"url", draft.url},
            {"types", draft.types},
            {"description", draft.description},
            {"enabled", draft.enabled}};
}

Json to_json(const Subscription& subscription) {
    Json json{{"id", subscription.id.value()}};
    json.update(to_json(subscription.draft));
    json["disabled_because"] = rest::or_null(subscription.disabled_because,
                                             [](Disabled why) { return std::string{to_string(why)}; });
    json["failing_since"] = rest::or_null(subscription.failing_since);
    json["old_secret_until"] = rest::or_null(subscription.old_secret_until);
    json["created_at"] = core::to_rfc3339(subscription.created_at);
    json["updated_at"] = core::to_rfc3339(subscription.updated_at);
    return json;
}

Json to_json(const SubscriptionAttempt& attempt) {
    return {{"id", attempt.id.value()},
            {"event_id", attempt.event_id},
            {"event_type", attempt.event_type},
            {"at", core::to_rfc3339(attempt.at)},
            {"took_ms", attempt.took.count()},
            {"ok", attempt.ok()},
            {"status", rest::or_null(attempt.status)},
            {"failure", attempt.failure.empty() ? Json(nullptr) : Json(attempt.failure)},
            {"answer", attempt.answer}};
}

Response show(int status, const Subscription& subscription, const std::string* secret = nullptr) {
    auto json = to_json(subscription);
    if (secret != nullptr) json["secret"] = *secret;
    auto response = rest::with_etag(rest::respond(status, json), subscription.version);
    if (secret != nullptr) response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

core::Result<Response> show(const core::Result<Subscription>& subscription) {
    if (!subscription) return subscription.error();
    return show(200, *subscription);
}

// ---- handlers

core::Result<SubscriptionDraft> read_draft(const Subscriptions& subscriptions,
                                           const core::json::Value& document) {
    auto draft = read_subscription(document, subscriptions.config().types);
    if (!draft) return draft;
    if (const auto wrong = subscriptions.refuse_url(draft->url)) return core::invalid("url", *wrong);
    return draft;
}

// The answer kept for its Idempotency-Key is without the secret, which is put in on the way out.
core::Result<Response> create(Subscriptions& subscriptions, postgres::Database& db, const Request& request) {
    auto answer = rest::create_resource(
        db, request, [&](const auto& document) { return read_draft(subscriptions, document); },
        [&](postgres::Transaction& tx, const auto& draft) {
            return subscriptions.create(tx, draft, request);
        },
        [&](const auto& made) { return rest::created(request, show(201, made), made.id.value()); });
    if (!answer) return answer.error();
    auto json = Json::parse(answer->body);
    if (const auto secret = subscriptions.first_secret(json["id"].get<std::string>()))
        json["secret"] = *secret;
    answer->body = json.dump();
    answer->headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

core::Result<Response> list(Subscriptions& subscriptions, const Request& request) {
    std::vector<core::FieldError> errors;
    const auto page = rest::read_page(request, {}, errors);
    if (!errors.empty()) return core::invalid(std::move(errors));
    return rest::page_of(subscriptions.page(page), page,
                         [](const Subscription& subscription) { return to_json(subscription); });
}

core::Result<Response> find(Subscriptions& subscriptions, const Request& request) {
    return show(subscriptions.find(request.path_value("id")));
}

core::Result<Response> change(Subscriptions& subscriptions, const Request& request) {
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    const auto edit = [&](const SubscriptionDraft& before) {
        return read_draft(subscriptions, patch->apply_to(to_json(before)));
    };
    return show(subscriptions.change(request.path_value("id"), patch->expected, edit, request));
}

core::Result<Response> remove(Subscriptions& subscriptions, const Request& request) {
    const auto removed = subscriptions.remove(request.path_value("id"), rest::if_match(request), request);
    if (!removed) return removed.error();
    return Response{204, ""};
}

// The body of a POST that may go without one.
core::Result<core::json::Value> body_or_nothing(const Request& request) {
    return request.body.empty() ? core::Result<core::json::Value>{core::json::Value::object()}
                                : rest::parse_body(request);
}

core::Result<Response> rotate(Subscriptions& subscriptions, const Request& request) {
    constexpr std::int64_t kDay = 86'400;
    const auto document = body_or_nothing(request);
    if (!document) return document.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*document, "", errors};
    const auto keep_s = reader.has("keep_old_s") ? reader.integer("keep_old_s", 0, 30 * kDay) : kDay;
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto made = subscriptions.rotate(request.path_value("id"), rest::if_match(request),
                                           std::chrono::seconds{keep_s}, request);
    if (!made) return made.error();
    return show(200, made->subscription, &made->secret);
}

core::Result<Response> test(Subscriptions& subscriptions, const Request& request) {
    const auto attempt = subscriptions.test(request.path_value("id"));
    if (!attempt) return attempt.error();
    return rest::respond(200, to_json(*attempt));
}

core::Result<Response> replay(Subscriptions& subscriptions, const Request& request) {
    const auto document = body_or_nothing(request);
    if (!document) return document.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*document, "", errors};
    const auto text = reader.optional_text("since", {1, 64});
    const auto since = text ? core::parse_rfc3339(*text) : std::nullopt;
    if (text && !since) reader.fault("since", rest::kTimeWanted);
    const bool all = reader.boolean("delivered_too", false);
    if (all && !text) reader.fault("since", "must say from when on, where what was delivered is too");
    const int most = reader.has("limit") ? static_cast<int>(reader.integer("limit", 1, 10'000)) : 1000;
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto replayed =
        subscriptions.replay(request.path_value("id"), since.value_or(core::Time{}), all, most, request);
    if (!replayed) return replayed.error();
    return rest::respond(200, {{"replayed", *replayed}});
}

core::Result<Response> attempts(Subscriptions& subscriptions, const Request& request) {
    std::vector<core::FieldError> errors;
    const auto page = rest::read_page(request, {"event_id", "ok"}, errors);
    const subscription_store::AttemptFilter filter{
        rest::read_filter(request, "event_id", rest::kTextWanted, errors, rest::parse_filter_text),
        rest::read_filter(request, "ok", rest::kBooleanWanted, errors, rest::parse_boolean)};
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto found = subscriptions.attempts(request.path_value("id"), filter, page);
    if (!found) return found.error();
    return rest::page_of(*found, page, [](const SubscriptionAttempt& attempt) { return to_json(attempt); });
}

}  // namespace

std::vector<http::Route> subscription_routes(Subscriptions& subscriptions, postgres::Database& db) {
    const auto all = "/api/v1/" + subscriptions.config().service + "/subscriptions";
    const auto one = all + "/:id";
    // clang-format off
    return {
        {Method::post,  all,                    http::Role::admin, rest::bind(subscriptions, db, create)},
        {Method::get,   all,                    http::Role::admin, rest::bind(subscriptions, list)      },
        {Method::get,   one,                    http::Role::admin, rest::bind(subscriptions, find)      },
        {Method::patch, one,                    http::Role::admin, rest::bind(subscriptions, change)    },
        {Method::del,   one,                    http::Role::admin, rest::bind(subscriptions, remove)    },
        {Method::post,  one + "/rotate-secret", http::Role::admin, rest::bind(subscriptions, rotate)    },
        {Method::post,  one + "/test",          http::Role::admin, rest::bind(subscriptions, test)      },
        {Method::post,  one + "/replay",        http::Role::admin, rest::bind(subscriptions, replay)    },
        {Method::get,   one + "/attempts",      http::Role::admin, rest::bind(subscriptions, attempts)  },
    };
    // clang-format on
}

}  // namespace webhooks
