// The second connection to the broker: publishes acks and commands for machines, and the claim to the client
// id. It has a thread of its own, and no session that outlives it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <unordered_map>

#include "core/backoff.hpp"
#include "mqtt-bridge/broker.hpp"
#include "mqtt-bridge/instance_claim.hpp"
#include "mqtt-bridge/publish_queue.hpp"
#include "telemetry/metrics.hpp"

struct mosquitto_message;

namespace mqtt_bridge {

class Publisher {
public:
    struct Config {
        Broker broker;
        std::string client_id;  // of the session; this connection's own is made from it
        std::chrono::milliseconds acks_every{200};
        core::Backoff::Config backoff;
    };
    // `replaced` is called, from the publisher's thread, when a newer bridge claims the client id.
    Publisher(Config config, PublishQueue& outbox, telemetry::Metrics& metrics,
              std::function<void()> replaced);
    ~Publisher();

    // Publishes what still waits, if the broker is there, and ends the thread.
    void stop();

private:
    void run(const std::stop_token& stop);
    bool connect();
    bool turn();
    void finish();
    void publish_acks(std::size_t most);
    void publish_commands();
    void publish_claim();
    void on_connect(int reason);
    void on_publish(int mid, int reason);
    void on_message(const mosquitto_message& message);
    void note_dropped(const std::string& count);
    void on_claim(const InstanceClaim& claim);
    template <class Callback>
    void guard(Callback callback) noexcept;

    const Config config_;
    const InstanceClaim claim_ = InstanceClaim::make();
    PublishQueue& outbox_;
    const std::function<void()> replaced_;
    const std::function<void(double)> count_acks_;
    const std::function<void(double)> count_commands_;
    const std::function<void(double)> count_refused_;
    telemetry::Metrics& metrics_;
    Client client_;
    bool tried_ = false;      // to connect
    bool connected_ = false;  // and accepted
    bool failed_ = false;     // a callback could not do its work
    core::Monotonic acks_due_{};
    std::unordered_map<int, std::string> commands_on_the_way_;  // message id → command's id
    std::jthread thread_;
};

}  // namespace mqtt_bridge
