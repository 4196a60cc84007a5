#include "webhooks/subscription_service.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/log.hpp"
#include "core/periodic_task.hpp"
#include "events/audit.hpp"
#include "security/sealed_box.hpp"

namespace webhooks {
namespace {

namespace store = subscription_store;
using postgres::Transaction;
using store::Stored;

constexpr std::size_t kMaxInList = 32;  // a worker is with one subscriber no longer than these take

core::Error no_subscription(const std::string& id) {
    return core::not_found("no subscription " + id);
}

std::vector<std::chrono::milliseconds> read_schedule(core::Environment& environment) {
    constexpr auto kName = "WEBHOOK_SCHEDULE_MS";
    std::vector<std::chrono::milliseconds> schedule;
    for (const auto& text : environment.list(
             {kName, "waits in milliseconds between tries, ± jitter; then an event is parked"},
             {"5000", "30000", "120000", "600000", "3600000", "10800000", "28800000", "86400000"})) {
        std::int64_t wait = 0;
        const auto* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, wait);
        if (error != std::errc{} || stop != end || wait < 1 || wait > 30LL * 86'400'000)
            environment.fault(kName, "must be milliseconds, comma-separated, of 30 days at most");
        schedule.emplace_back(wait);
    }
    return schedule;
}

}  // namespace

Subscriptions::Config Subscriptions::read(core::Environment& environment, const std::string& service,
                                          std::span<const std::string_view> types) {
    constexpr long long kDay = 86'400'000;
    Config config{
        .service = service,
        .types = {types.begin(), types.end()},
        .keys = security::sealed_box::read_secret_keys(
            environment, {"WEBHOOK_SECRETS_KEY",
                          "32 bytes in base64: locks subscribers' secrets in the database; "
                          "several with commas while it is exchanged, the first locks"}),
        .sink = {.client = WebhookClient::read(environment),
                 .disable_after = environment.milliseconds(
                     {"WEBHOOK_DISABLE_AFTER_MS", "nothing but failures for so long disables a subscription"},
                     5 * kDay, 100, 365 * kDay)},
        .schedule = read_schedule(environment),
        .keep_days = static_cast<int>(
            environment.number({"WEBHOOK_KEEP_DAYS", "how long the log of tries is kept"}, 30, 1, 3650))};
    config.types.emplace_back("subscription.disabled");
    return config;
}

// ---- destinations

std::vector<std::shared_ptr<const events::Destination>> Subscriptions::list() {
    if (!locked_anew_) lock_anew();
    const auto enabled = db_.single([](Transaction& tx) { return store::list_enabled(tx); });
    std::vector<std::shared_ptr<const events::Destination>> destinations;
    std::map<std::string, Kept> kept;
    const std::lock_guard lock{mutex_};
    for (const auto& stored : enabled) {
        const auto& id = stored.subscription.id.value();
        const auto known = kept_.find(id);
        const bool same = known != kept_.end() && known->second.version == stored.subscription.version;
        const auto& one = kept.emplace(id, same ? known->second : make(stored)).first->second;
        if (one.destination) destinations.push_back(one.destination);
    }
    kept_.swap(kept);
    return destinations;
}

bool Subscriptions::knows(const std::string& name) {
    return db_.single([&](Transaction& tx) { return store::find(tx, name); }).has_value();
}

// One whose secret does not open stays silent, and is in nobody's way.
Subscriptions::Kept Subscriptions::make(const Stored& stored) {
    try {
        return make_destination(stored);
    } catch (const std::exception& error) {
        core::log::error("a subscription can't be told", {{"subscription", stored.subscription.id.value()},
                                                          {"error", std::string{error.what()}}});
        return {stored.subscription.version, {}, {}};
    }
}

Subscriber Subscriptions::open(const Stored& stored) const {
    const auto key = [this](const std::string& locked) {
        const auto text = security::sealed_box::decrypt(config_.keys, locked);
        auto opened = text ? events::webhook_signature::Key::parse(*text) : std::nullopt;
        if (!opened)
            throw std::runtime_error("a subscription's secret does not open with WEBHOOK_SECRETS_KEY");
        return *std::move(opened);
    };
    Subscriber subscriber{stored.subscription, key(stored.secret), {}};
    if (stored.old_secret) subscriber.old_key = key(*stored.old_secret);
    return subscriber;
}

// What was locked with a key that is not the first any more. Once: copies that are still to be restarted
// would do the opposite.
void Subscriptions::lock_anew() {
    const auto lock_one = [this](Transaction& tx, const Stored& stored) {
        const auto secret = security::sealed_box::reencrypt(config_.keys, stored.secret);
        const auto old = stored.old_secret ? security::sealed_box::reencrypt(config_.keys, *stored.old_secret)
                                           : std::nullopt;
        if (!secret && !old) return 0;
        store::save_locks(tx, stored.subscription.id, secret.value_or(stored.secret),
                          old ? old : stored.old_secret);
        return 1;
    };
    const auto count = config_.keys.size() < 2 ? 0 : db_.transact([&](Transaction& tx) {
        int locked = 0;
        for (const auto& stored : store::list_for_update(tx)) locked += lock_one(tx, stored);
        return locked;
    });
    if (count > 0)
        core::log::info("secrets of subscriptions are locked with the new key", {{"count", count}});
    locked_anew_ = true;
}

Subscriptions::Kept Subscriptions::make_destination(const Stored& stored) {
    const auto& subscription = stored.subscription;
    auto sink = std::make_shared<SubscriptionSink>(db_, open(stored), config_.sink);
    events::Destination destination{.name = subscription.id.value(),
                                    .types = {},
                                    .sink = sink,
                                    .retries = {.schedule = config_.schedule},
                                    .max_in_list = kMaxInList,
                                    .is_outside = true};
    for (const auto type : meant(subscription.draft.types, config_.types))
        destination.types.push_back(events::TypePattern::parse(type).value());
    return {subscription.version, std::move(sink),
            std::make_shared<const events::Destination>(std::move(destination))};
}

void Subscriptions::stop() {
    tester_.stop();
    const std::lock_guard lock{mutex_};
    for (const auto& [id, kept] : kept_) {
        if (kept.sink) kept.sink->stop();
    }
}

// ---- for admins

void Subscriptions::note(Transaction& tx, const http::Request& by, const char* what, const std::string& id,
                         const core::json::Value& details) const {
    events::audit(tx, by, config_.service + ".subscription_" + what, id, events::AuditOutcome::done, details);
}

core::Result<Subscription> Subscriptions::create(Transaction& tx, const SubscriptionDraft& draft,
                                                 const http::Request& by) {
    const auto id = SubscriptionId::make();
    const auto secret = events::webhook_signature::Key::make().text();
    store::insert(tx, id, draft, security::sealed_box::encrypt(config_.keys.front(), secret));
    note(tx, by, "created", id.value(), {{"enabled", draft.enabled}});
    return store::find(tx, id.value()).value().subscription;
}

std::optional<std::string> Subscriptions::first_secret(const std::string& id) {
    const auto stored = db_.single([&](Transaction& tx) { return store::find(tx, id); });
    if (!stored || stored->old_secret) return {};
    return open(*stored).key.text();
}

core::Result<Subscription> Subscriptions::find(const std::string& id) {
    const auto stored = db_.single([&](Transaction& tx) { return store::find(tx, id); });
    if (!stored) return no_subscription(id);
    return stored->subscription;
}

std::vector<Subscription> Subscriptions::page(const rest::Page& page) {
    std::vector<Subscription> subscriptions;
    for (auto& stored : db_.single([&](Transaction& tx) { return store::list(tx, page); }))
        subscriptions.push_back(std::move(stored.subscription));
    return subscriptions;
}

core::Result<Subscription> Subscriptions::change(const std::string& id, const rest::VersionTest& expected,
                                                 const Edit& edit, const http::Request& by) {
    return db_.transact([&](Transaction& tx) -> core::Result<Subscription> {
        const auto before = store::find_for_update(tx, id);
        if (!before) return no_subscription(id);
        if (expected && !expected(before->subscription.version)) return rest::outdated();
        const auto draft = edit(before->subscription.draft);
        if (!draft) return draft.error();
        if (*draft == before->subscription.draft) return before->subscription;
        store::save(tx, before->subscription.id, *draft);
        note(tx, by, "changed", id,
             {{"enabled", draft->enabled}, {"url_changed", draft->url != before->subscription.draft.url}});
        return store::find(tx, id).value().subscription;
    });
}

core::Result<void> Subscriptions::remove(const std::string& id, const rest::VersionTest& expected,
                                         const http::Request& by) {
    return db_.transact([&](Transaction& tx) -> core::Result<void> {
        const auto before = store::find_for_update(tx, id);
        if (!before) return no_subscription(id);
        if (expected && !expected(before->subscription.version)) return rest::outdated();
        store::remove(tx, before->subscription.id);
        note(tx, by, "removed", id);
        return {};
    });
}

core::Result<Subscriptions::Made> Subscriptions::rotate(const std::string& id,
                                                        const rest::VersionTest& expected,
                                                        std::chrono::seconds keep_old,
                                                        const http::Request& by) {
    return db_.transact([&](Transaction& tx) -> core::Result<Made> {
        const auto before = store::find_for_update(tx, id);
        if (!before) return no_subscription(id);
        if (expected && !expected(before->subscription.version)) return rest::outdated();
        const auto secret = events::webhook_signature::Key::make().text();
        store::save_secret(tx, before->subscription.id,
                           security::sealed_box::encrypt(config_.keys.front(), secret),
                           core::now() + keep_old);
        note(tx, by, "secret_rotated", id, {{"keep_old_s", keep_old.count()}});
        return Made{store::find(tx, id).value().subscription, secret};
    });
}

core::Result<SubscriptionAttempt> Subscriptions::test(const std::string& id) {
    const auto stored = db_.single([&](Transaction& tx) { return store::find(tx, id); });
    if (!stored) return no_subscription(id);
    const std::unique_lock lock{one_test_at_a_time_, std::try_to_lock};
    if (!lock) return core::conflict("another subscription is being tested; try again in a moment");
    const auto at = core::now();
    const events::Event event{.id = events::Id::make().value(),
                              .source = "/" + config_.service,
                              .type = "subscription.test",
                              .subject = id,
                              .time = at,
                              .version = stored->subscription.version,
                              .traceparent = {},
                              .data = core::json::Value{{"subscription_id", id}}.dump()};
    const auto reply = tester_.post({webhook_of(open(*stored), event, at)}, 1).front();
    if (!reply) return core::Error{core::Kind::unavailable, "this service is stopping"};
    auto attempt = attempt_of(stored->subscription.id, event, at, *reply);
    db_.single([&](Transaction& tx) { store::insert_attempts(tx, {&attempt, 1}); });
    return attempt;
}

core::Result<std::int64_t> Subscriptions::replay(const std::string& id, core::Time since, bool all, int most,
                                                 const http::Request& by) {
    return db_.transact([&](Transaction& tx) -> core::Result<std::int64_t> {
        const auto stored = store::find(tx, id);
        if (!stored) return no_subscription(id);
        const auto replayed = store::replay(tx, stored->subscription.id, since, all, most);
        note(tx, by, "replayed", id, {{"count", replayed}});
        return replayed;
    });
}

core::Result<std::vector<SubscriptionAttempt>> Subscriptions::attempts(const std::string& id,
                                                                       const store::AttemptFilter& filter,
                                                                       const rest::Page& page) {
    return db_.transact([&](Transaction& tx) -> core::Result<std::vector<SubscriptionAttempt>> {
        const auto stored = store::find(tx, id);
        if (!stored) return no_subscription(id);
        return store::list_attempts(tx, stored->subscription.id, filter, page);
    });
}

std::jthread Subscriptions::forget_old_attempts_hourly() {
    return core::run_periodically(
        std::chrono::hours{1}, "old tries to tell subscribers not deleted", [this](const auto&) {
            db_.single([this](Transaction& tx) { store::forget_attempts(tx, config_.keep_days); });
        });
}

void Subscriptions::add_routes(std::vector<http::Route>& routes) {
    std::ranges::move(subscription_routes(*this, db_), std::back_inserter(routes));
}

}  // namespace webhooks
