#include "webhooks/subscription_sink.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "core/json.hpp"
#include "core/utf8.hpp"
#include "events/event.hpp"
#include "webhooks/subscription_store.hpp"

namespace webhooks {
namespace {

using events::Event;
using events::Outcome;
using Reply = WebhookClient::Reply;

constexpr int kGone = 410;
constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours{24};

std::optional<std::chrono::milliseconds> wait_asked(const Reply& reply) {
    if (!reply.retry_after) return {};
    return std::min<std::chrono::milliseconds>(*reply.retry_after, kLongestWait);
}

std::string reason_of(const Reply& reply) {
    return reply.status == 0 ? reply.failure : "answered " + std::to_string(reply.status);
}

}  // namespace

WebhookClient::Post webhook_of(const Subscriber& subscriber, const Event& event, core::Time now) {
    const auto& subscription = subscriber.subscription;
    std::vector keys{subscriber.key};
    if (subscriber.old_key && subscription.old_secret_until > now) keys.push_back(*subscriber.old_key);
    auto body = events::to_json(event);
    auto headers = events::webhook_signature::headers(keys, event.id, now, body);
    headers.emplace_back("Content-Type", events::kContentType);
    if (!event.traceparent.empty()) headers.emplace_back("traceparent", event.traceparent);
    return {subscription.draft.url, std::move(body), std::move(headers), event.subject};
}

SubscriptionAttempt attempt_of(const SubscriptionId& subscription, const Event& event, core::Time at,
                               const Reply& reply) {
    return {.id = SubscriptionAttemptId::make(),
            .subscription = subscription,
            .event_id = event.id,
            .event_type = event.type,
            .at = at,
            .took = reply.took,
            .status = reply.status == 0 ? std::nullopt : std::optional{reply.status},
            .failure = reply.failure,
            .answer = core::printable(reply.body)};
}

void disable(postgres::Transaction& tx, const SubscriptionId& id, Disabled why) {
    if (!subscription_store::disable(tx, id, why)) return;
    const auto stored = subscription_store::find(tx, id.value()).value().subscription;
    const core::json::Value data{
        {"subscription_id", id.value()},
        {"url", stored.draft.url},
        {"because", to_string(why)},
        {"failing_since", stored.failing_since ? core::json::Value(core::to_rfc3339(*stored.failing_since))
                                               : core::json::Value(nullptr)}};
    const events::NewEvent told{"subscription.disabled", id.value(), stored.version, data.dump()};
    events::publish(tx, {&told, 1}, telemetry::Trace::continue_from(""));
}

SubscriptionSink::SubscriptionSink(postgres::Database& db, Subscriber subscriber, const Config& config)
    : db_(db), subscriber_(std::move(subscriber)), config_(config), client_(config.client) {}

std::vector<Outcome> SubscriptionSink::deliver(std::span<const Event> events) {
    const auto at = core::now();
    const auto replies = send(events);
    const auto failed = [](const auto& reply) { return reply && !reply->ok(); };
    const auto ok = [](const auto& reply) { return reply && reply->ok(); };
    if (std::ranges::any_of(replies, ok)) lists_failed_ = 0;
    if (std::ranges::any_of(replies, failed)) ++lists_failed_;
    record(events, at, replies);
    return outcomes(events, replies);
}

SubscriptionSink::Replies SubscriptionSink::send(std::span<const Event> events) {
    std::vector<WebhookClient::Post> posts;
    const auto now = core::now();
    for (const auto& event : events) posts.push_back(webhook_of(subscriber_, event, now));
    Replies replies;
    if (lists_failed_ > 0 && !posts.empty()) {
        replies = client_.post({posts.front()}, 1);
        if (replies.front() && replies.front()->ok())
            posts.erase(posts.begin());
        else
            posts.clear();
    }
    std::ranges::move(client_.post(std::move(posts), config_.in_flight), std::back_inserter(replies));
    replies.resize(events.size());
    return replies;
}

void SubscriptionSink::record(std::span<const Event> events, core::Time at, const Replies& replies) {
    const auto& id = subscriber_.subscription.id;
    std::vector<SubscriptionAttempt> attempts;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (replies[i]) attempts.push_back(attempt_of(id, events[i], at, *replies[i]));
    }
    if (attempts.empty()) return;
    const bool succeeded = std::ranges::any_of(attempts, &SubscriptionAttempt::ok);
    const bool gone = std::ranges::any_of(attempts, [](const auto& one) { return one.status == kGone; });
    db_.transact([&](postgres::Transaction& tx) {
        const auto failing_since = subscription_store::note(tx, id, succeeded);
        if (gone) {
            disable(tx, id, Disabled::gone);
        } else if (failing_since && *failing_since + config_.disable_after < at) {
            disable(tx, id, Disabled::failing);
        }
        subscription_store::insert_attempts(tx, attempts);
    });
}

// What was not sent waits: behind an event of its subject that failed, or until the subscriber is well again.
std::vector<Outcome> SubscriptionSink::outcomes(std::span<const Event> events, const Replies& replies) const {
    auto pause =
        std::min(config_.max_pause, config_.pause_first * (1 << std::clamp(lists_failed_ - 1, 0, 20)));
    for (const auto& reply : replies) {
        if (reply && !reply->ok()) pause = std::max(pause, wait_asked(*reply).value_or(pause));
    }
    std::unordered_set<std::string_view> failed;
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto& reply = replies[i];
        if (reply && reply->ok()) {
            outcomes.push_back(Outcome::delivered());
        } else if (reply && reply->status != kGone) {
            failed.insert(events[i].subject);
            outcomes.push_back({Outcome::Kind::failed, reason_of(*reply), wait_asked(*reply)});
        } else if (failed.contains(events[i].subject)) {
            outcomes.push_back(Outcome::failed("waits for an earlier event of its subject"));
        } else {
            outcomes.push_back({Outcome::Kind::unavailable, reply ? "gone" : "not sent yet", pause});
        }
    }
    return outcomes;
}

}  // namespace webhooks
