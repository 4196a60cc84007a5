// A subscriber as the relay sees it: one event per POST, signed, in order per subject; every try is kept.
#pragma once

#include <memory>
#include <vector>

#include "events/sink.hpp"
#include "events/webhook_signature.hpp"
#include "postgres/database.hpp"
#include "webhooks/client.hpp"
#include "webhooks/subscription.hpp"

namespace webhooks {

// A subscription with what it takes to tell it.
struct Subscriber {
    Subscription subscription;
    events::webhook_signature::Key key;
    std::optional<events::webhook_signature::Key> old_key;  // signs along until subscription.old_secret_until
};

// The signed POST of an event: structured CloudEvents, application/cloudevents+json.
WebhookClient::Post webhook_of(const Subscriber& subscriber, const events::Event& event, core::Time now);
// What is kept of a try.
SubscriptionAttempt attempt_of(const SubscriptionId& subscription, const events::Event& event, core::Time at,
                               const WebhookClient::Reply& reply);
// Disables it and tells subscription.disabled, unless it is disabled already.
void disable(postgres::Transaction& tx, const SubscriptionId& subscription, Disabled why);

class SubscriptionSink : public events::Sink {
public:
    struct Config {
        WebhookClient::Config client;
        std::size_t in_flight = 8;                // at once to one subscriber
        std::chrono::milliseconds disable_after;  // of nothing but failures
        std::chrono::milliseconds pause_first{
            1'000};  // between lists to a subscriber that fails, doubled each time
        std::chrono::milliseconds max_pause{300'000};
    };
    SubscriptionSink(postgres::Database& db, Subscriber subscriber, const Config& config);

    // A subscriber that failed gets one event at a time until it answers well; the others of the list wait.
    std::vector<events::Outcome> deliver(std::span<const events::Event> events) override;
    // From any thread: gives up what is on its way.
    void stop() { client_.stop(); }

private:
    using Replies = std::vector<std::optional<WebhookClient::Reply>>;
    Replies send(std::span<const events::Event> events);
    void record(std::span<const events::Event> events, core::Time at, const Replies& replies);
    std::vector<events::Outcome> outcomes(std::span<const events::Event> events,
                                          const Replies& replies) const;

    postgres::Database& db_;
    const Subscriber subscriber_;
    const Config config_;
    WebhookClient client_;
    int lists_failed_ = 0;  // in a row
};

}  // namespace webhooks
