// All a service needs to tell and to be told: outbox, relay, inbox, and the admin's view of deliveries.
//
//   auto config = runtime::read_event_config(environment, "orders");
//   environment.check();
//   … events::Events events{db, std::move(config), metrics};
//   events.inbox().on("client.erased", …);
//   events.start();                       // from here on events come and go
//   events.add_routes(app.routes);        // deliveries for admins; POST /internal/v1/events when there is a
//   handler app.stop = [&] { events.stop(); };
//
// Variables: EVENT_SINKS, EVENTS_SECRET, EVENTS_DEADLINE_MS, RELAY_POLL_MS, RELAY_WORKERS,
// RELAY_MAX_ATTEMPTS, RELAY_BACKOFF_INITIAL_MS, RELAY_BACKOFF_MAX_MS, RELAY_KEEP_DAYS, INBOX_KEEP_DAYS,
// AMQP_URL, AMQP_QUEUE, AMQP_BINDINGS.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/environment.hpp"
#include "events/amqp_consumer.hpp"
#include "events/destination.hpp"
#include "events/inbox.hpp"
#include "events/relay.hpp"
#include "events/webhook_signature.hpp"
#include "http/server.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace events {

struct Config {
    std::string service;  // orders: its events' source is /orders
    RelayConfig relay;
    std::chrono::milliseconds deadline{10'000};  // for a destination's answer to a list
    Retries retries = {};
    std::vector<std::shared_ptr<const Destination>> destinations = {};
    std::vector<webhook_signature::Key> keys;
    std::optional<AmqpConsumer::Config> amqp;  // told by RabbitMQ as well
    // All but the destinations, which runtime::read_event_config adds: it knows the kinds of sinks.
    static Config read(core::Environment& environment, const std::string& service);
};

class Events {
public:
    Events(postgres::Database& db, Config config, telemetry::Metrics& metrics);
    ~Events();

    Inbox& inbox();
    // Destinations beside those of EVENT_SINKS; before `start`. Must outlive this.
    void add_source(Destinations& more);
    void start();
    void wake();  // see Relay
    void add_routes(std::vector<http::Route>& routes);
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace events
