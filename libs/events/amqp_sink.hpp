// Tells RabbitMQ: each event a persistent message in the topic exchange `quittance`, its type the routing
// key, confirmed by the broker. What no queue takes has failed.
#pragma once

#include <memory>

#include "events/amqp_channel.hpp"
#include "events/sink.hpp"

namespace events {

constexpr auto kExchange = "quittance";

class AmqpSink : public Sink {
public:
    AmqpSink(amqp::Address address, std::chrono::milliseconds deadline)
        : address_(std::move(address)), deadline_(deadline) {}
    std::vector<Outcome> deliver(std::span<const Event> events) override;

private:
    struct Wave;
    void connect();
    void publish(Wave& wave);
    void take_confirm(Wave& wave, const amqp::Confirm& confirm);

    amqp::Address address_;
    std::chrono::milliseconds deadline_;
    std::unique_ptr<amqp::Channel> channel_;
};

}  // namespace events
