// Outgoing webhooks of a service: what admins can do with subscriptions, and the destinations they are to the
// relay.
//
//   auto config = Subscriptions::read(environment, "orders", kTypesToldOutside);
//   Subscriptions subscriptions{db, std::move(config)};
//   events.also(subscriptions);
//   subscriptions.add_routes(routes);     // /api/v1/orders/subscriptions…
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/environment.hpp"
#include "core/secret.hpp"
#include "events/destination.hpp"
#include "http/server.hpp"
#include "postgres/database.hpp"
#include "rest/etag.hpp"
#include "webhooks/subscription_sink.hpp"
#include "webhooks/subscription_store.hpp"

namespace webhooks {

class Subscriptions : public events::Destinations {
public:
    struct Config {
        std::string service;                  // orders: /api/v1/orders/subscriptions
        std::vector<std::string_view> types;  // that may be told outside
        std::vector<core::Secret> keys;       // the first locks the secrets in the database
        SubscriptionSink::Config sink;
        std::vector<std::chrono::milliseconds> schedule;  // waits between tries; then an event is parked
        int keep_days = 30;                               // of attempts
    };
    // WEBHOOK_SECRETS_KEY, WEBHOOK_SCHEDULE_MS, WEBHOOK_DISABLE_AFTER_MS,
    // WEBHOOK_KEEP_DAYS and what WebhookClient reads.
    static Config read(core::Environment& environment, const std::string& service,
                       std::span<const std::string_view> types);

    Subscriptions(postgres::Database& db, Config config)
        : db_(db), config_(std::move(config)), tester_(config_.sink.client) {}

    // The subscriptions that are enabled, each as a destination named by its id.
    std::vector<std::shared_ptr<const events::Destination>> list() override;
    bool knows(const std::string& name) override;
    // From any thread: gives up what is on its way to subscribers.
    void stop();

    // ---- for admins; what they change gets into the audit log, as <service>.subscription_…

    // With the secret as it is to be shown, once.
    struct Made {
        Subscription subscription;
        std::string secret;
    };
    core::Result<Subscription> create(postgres::Transaction& tx, const SubscriptionDraft& draft,
                                      const http::Request& by);
    // Of one just created; nothing when it was exchanged since.
    std::optional<std::string> first_secret(const std::string& id);
    core::Result<Subscription> find(const std::string& id);
    std::vector<Subscription> page(const rest::Page& page);
    using Edit = std::function<core::Result<SubscriptionDraft>(const SubscriptionDraft& before)>;
    core::Result<Subscription> change(const std::string& id, const rest::VersionTest& expected,
                                      const Edit& edit, const http::Request& by);
    core::Result<void> remove(const std::string& id, const rest::VersionTest& expected,
                              const http::Request& by);
    // The secret there was signs along for `keep_old`; one that signed along before does so no more.
    core::Result<Made> rotate(const std::string& id, const rest::VersionTest& expected,
                              std::chrono::seconds keep_old, const http::Request& by);
    // Tells it of an event that tells of nothing, now; `conflict` while another is tested.
    core::Result<SubscriptionAttempt> test(const std::string& id);
    // Events told since then, as store::replay has it; how many.
    core::Result<std::int64_t> replay(const std::string& id, core::Time since, bool all, int most,
                                      const http::Request& by);
    core::Result<std::vector<SubscriptionAttempt>> attempts(const std::string& id,
                                                            const subscription_store::AttemptFilter& filter,
                                                            const rest::Page& page);
    // Until the thread is asked to stop.
    std::jthread forget_old_attempts_hourly();
    void add_routes(std::vector<http::Route>& routes);
    const Config& config() const { return config_; }
    std::optional<std::string> refuse_url(const std::string& url) const { return tester_.refuse(url); }

private:
    struct Kept {
        std::int64_t version;
        std::shared_ptr<SubscriptionSink> sink;
        std::shared_ptr<const events::Destination> destination;
    };
    Subscriber open(const subscription_store::Stored& stored) const;
    void lock_anew();
    Kept make(const subscription_store::Stored& stored);
    Kept make_destination(const subscription_store::Stored& stored);
    void note(postgres::Transaction& tx, const http::Request& by, const char* what, const std::string& id,
              const core::json::Value& details = core::json::Value::object()) const;

    postgres::Database& db_;
    const Config config_;
    bool locked_anew_ = false;  // asked by the relay only
    std::mutex mutex_;
    std::map<std::string, Kept> kept_;
    std::mutex one_test_at_a_time_;
    WebhookClient tester_;
};

// /api/v1/<service>/subscriptions…
std::vector<http::Route> subscription_routes(Subscriptions& subscriptions, postgres::Database& db);

}  // namespace webhooks
