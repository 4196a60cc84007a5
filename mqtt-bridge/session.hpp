// The subscription that survives: reads what machines publish, and lets the PUBACKs leave only when told.
//
// libmosquitto queues a PUBACK before it hands a message over, and has no way to acknowledge by hand. What
// keeps PUBACKs back is mosquitto_threaded_set without a thread: they stay in its queue until
// mosquitto_loop_write. So the order of calls is everything: collect – commit – acknowledge. After a commit
// that failed only connect() may follow: it throws the queue away, and the broker sends again. For the same
// reason nothing is ever published from here. QoS 2 would be no safer: a crash between PUBREC and PUBREL
// loses the message.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mqtt-bridge/batch.hpp"
#include "mqtt-bridge/broker.hpp"
#include "telemetry/metrics.hpp"

struct mosquitto_message;

namespace mqtt_bridge {

class Session {
public:
    struct Config {
        Broker broker;
        std::string client_id;
        std::vector<std::string> filters;
        std::chrono::seconds expiry{7 * 24 * 3600};  // longer than the worst outage
        std::uint16_t receive_maximum = 1000;        // messages the broker sends ahead of their PUBACKs
    };
    Session(Config config, telemetry::Metrics& metrics);

    // A new connection, in place of the one there may be: whatever was collected and not acknowledged comes
    // again. False when the broker can't be reached.
    bool connect();
    // Adds to `batch` what has arrived until it is full; when there is nothing, waits for it a while.
    // False when the connection is lost: what is in the batch comes again.
    bool collect(Batch& batch, std::chrono::milliseconds at_most);
    // Lets the PUBACKs of everything collected leave. False when the connection is lost.
    bool acknowledge();

    // The broker has taken the subscriptions. From any thread.
    bool subscribed() const { return subscribed_; }

private:
    bool read(Batch& batch);
    bool wait(std::chrono::milliseconds at_most);
    bool write();
    bool lost(int code);
    void on_connect(int reason, bool session_present);
    void on_subscribe(int mid, int count, const int* reasons);
    void note_subscribed();
    void on_message(const mosquitto_message& message);
    // Nothing may be thrown through libmosquitto.
    template <class Callback>
    void guard(Callback callback) noexcept;

    const Config config_;
    const std::function<void(double)> set_connected_;
    const std::function<void(double)> count_connects_;
    const std::function<void(double)> count_lost_sessions_;
    Client client_;
    Batch* batch_ = nullptr;  // where on_message puts what it is given
    bool tried_ = false;      // to connect
    bool had_session_ = false;
    bool failed_ = false;  // a callback could not do its work
    std::size_t to_subscribe_ = 0;
    std::atomic<bool> subscribed_ = false;
};

}  // namespace mqtt_bridge
