// Is told by RabbitMQ: a durable queue of this service's own, bound to `quittance`, through the same inbox.
//
// A message is acknowledged after its effect is committed. One that fails is kept here, unacknowledged, and
// tried again with back-off; later ones of its subject wait behind it. After the last try, or when it is
// refused, the broker gets it back for `<queue>.dead`. One that kills the process is counted by the broker
// (x-delivery-limit) and goes there too: after a restart messages are taken one at a time until one comes
// that nobody had before; after a broken connection, one. One consumer of a queue is active at a time, others
// wait.
#pragma once

#include <atomic>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "core/environment.hpp"
#include "events/amqp_channel.hpp"
#include "events/destination.hpp"
#include "events/inbox.hpp"

namespace events {

class AmqpConsumer {
public:
    struct Config {
        amqp::Address address;
        std::string queue;
        std::vector<TypePattern> bindings;
        Retries retries = {
            .tries = 8, .first = std::chrono::milliseconds{200}, .most = std::chrono::seconds{10}};
        int delivery_limit = 10;  // how often a message may kill us
    };
    AmqpConsumer(Inbox& inbox, Config config, telemetry::Metrics& metrics);
    ~AmqpConsumer() { stop(); }
    void stop();

private:
    // A message that is here and not yet acknowledged.
    struct Held {
        std::uint64_t tag;
        Event event;
        int tries = 0;
        core::Monotonic due = {};
    };

    void run();
    void declare(amqp::Channel& channel) const;
    void consume();
    void consume_one_by_one();
    void receive(amqp::Channel& channel, std::chrono::milliseconds wait);
    void block_keys(amqp::Channel& channel, const amqp::Delivery& delivery);
    void work(amqp::Channel& channel);
    std::vector<std::list<Held>::iterator> due();
    std::chrono::milliseconds until_next_due() const;
    void settle(amqp::Channel& channel, std::list<Held>::iterator held, const Answer& answer);

    Inbox& inbox_;
    Config config_;
    std::function<void(double)> dead_;
    std::list<Held> held_;          // in the order they came
    core::Monotonic rest_until_{};  // while the database is away
    bool proven_ = false;           // this process got past all that others had before it
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

// AMQP_URL, AMQP_QUEUE (the service's name), AMQP_BINDINGS, AMQP_CA_FILE; nothing when there is no AMQP_URL.
std::optional<AmqpConsumer::Config> read_amqp_consumer(core::Environment& environment,
                                                       const std::string& service);

}  // namespace events
