#include "mqtt-bridge/publisher.hpp"

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <cstdlib>
#include <string_view>

#include "core/log.hpp"

namespace mqtt_bridge {
namespace {

namespace log = core::log;

constexpr const char* kDroppedTopic = "$SYS/broker/publish/messages/dropped";
constexpr std::size_t kMaxAcksAtOnce = 500;

Publisher& publisher(void* object) {
    return *static_cast<Publisher*>(object);
}

std::string to_json(const contracts::MachineAck& ack) {
    return R"({"boot":)" + std::to_string(ack.boot) + R"(,"seq":)" + std::to_string(ack.seq) +
           R"(,"complete_to":)" + std::to_string(ack.complete_to) + "}";
}

// At QoS 1; nothing when libmosquitto does not take it.
std::optional<int> publish(mosquitto* client, const std::string& topic, const std::string& payload,
                           bool retain) {
    int mid = 0;
    const int code = mosquitto_publish_v5(client, &mid, topic.c_str(), static_cast<int>(payload.size()),
                                          payload.data(), 1, retain, nullptr);
    if (code == MOSQ_ERR_SUCCESS) return mid;
    log::warn("a message can't be published", {{"reason", explain(code)}});
    return {};
}

}  // namespace

template <class Callback>
void Publisher::guard(Callback callback) noexcept {
    try {
        callback();
    } catch (...) {
        failed_ = true;
    }
}

Publisher::Publisher(Config config, PublishQueue& outbox, telemetry::Metrics& metrics,
                     std::function<void()> replaced)
    : config_(std::move(config)),
      outbox_(outbox),
      replaced_(std::move(replaced)),
      count_acks_(metrics.counter("mqtt_bridge_acks_total", "Acks published to machines")),
      count_commands_(metrics.counter("mqtt_bridge_commands_total", "Commands the broker has taken")),
      count_refused_(metrics.counter("mqtt_bridge_refused_total", "Messages to machines the broker refused")),
      metrics_(metrics),
      client_(make_client(config_.broker, config_.client_id + "-out-" + claim_.instance, true, this)) {
    auto* client = client_.get();
    mosquitto_connect_v5_callback_set(
        client, [](mosquitto*, void* object, int reason, int, const mosquitto_property*) {
            publisher(object).guard([&] { publisher(object).on_connect(reason); });
        });
    mosquitto_publish_v5_callback_set(
        client, [](mosquitto*, void* object, int mid, int reason, const mosquitto_property*) {
            publisher(object).guard([&] { publisher(object).on_publish(mid, reason); });
        });
    mosquitto_message_callback_set(client, [](mosquitto*, void* object, const mosquitto_message* message) {
        publisher(object).guard([&] { publisher(object).on_message(*message); });
    });
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

Publisher::~Publisher() {
    stop();
}

void Publisher::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

// ---- the thread

void Publisher::run(const std::stop_token& stop) {
    core::Backoff backoff{config_.backoff};
    while (!stop.stop_requested()) {
        if (connect()) {
            while (!stop.stop_requested() && turn()) {
                if (connected_) backoff.reset();
            }
        }
        if (!stop.stop_requested()) core::wait_for(stop, backoff.next());
    }
    finish();
}

// What was published and not acknowledged is sent again by libmosquitto itself.
bool Publisher::connect() {
    connected_ = failed_ = false;
    const int code = mqtt_bridge::connect(client_.get(), config_.broker, std::chrono::seconds{0},
                                          !std::exchange(tried_, true));
    if (code != MOSQ_ERR_SUCCESS)
        log::warn("the publisher can't reach the broker", {{"reason", explain(code)}});
    return code == MOSQ_ERR_SUCCESS;
}

bool Publisher::turn() {
    constexpr int kWaitMs = 20;  // the longest a command waits here
    if (connected_) {
        publish_commands();
        if (const auto now = std::chrono::steady_clock::now(); now >= acks_due_) {
            publish_acks(kMaxAcksAtOnce);
            acks_due_ = now + config_.acks_every;
        }
    }
    const int code = mosquitto_loop(client_.get(), kWaitMs, 1);
    if (code != MOSQ_ERR_SUCCESS)
        log::warn("the publisher's connection is lost", {{"reason", explain(code)}});
    return code == MOSQ_ERR_SUCCESS && !failed_;
}

// Acks that wait at the end are not repeated by anyone.
void Publisher::finish() {
    if (!connected_) return;
    publish_commands();
    publish_acks(static_cast<std::size_t>(-1));
    for (int i = 0; i < 25 && mosquitto_want_write(client_.get()); ++i) mosquitto_loop(client_.get(), 20, 1);
    mosquitto_disconnect(client_.get());
    mosquitto_loop(client_.get(), 0, 1);
}

void Publisher::publish_acks(std::size_t most) {
    for (const auto& ack : outbox_.take_acks(most)) {
        if (publish(client_.get(), ack.topic + "/ack", to_json(ack), true)) count_acks_(1);
    }
}

void Publisher::publish_commands() {
    for (const auto& command : outbox_.take_commands()) {
        const auto mid = publish(client_.get(), command.topic, command.payload, false);
        if (mid) {
            commands_on_the_way_.emplace(*mid, command.id);
        } else {
            outbox_.refused(command.id, std::chrono::steady_clock::now());
        }
    }
}

void Publisher::publish_claim() {
    publish(client_.get(), claim_topic(config_.client_id), mqtt_bridge::to_json(claim_), true);
}

// ---- what libmosquitto calls, from within the above

void Publisher::on_connect(int reason) {
    if (reason != 0) {
        return log::error("the broker refuses the publisher", {{"reason", mosquitto_reason_string(reason)}});
    }
    connected_ = true;
    mosquitto_subscribe(client_.get(), nullptr, claim_topic(config_.client_id).c_str(), 1);
    mosquitto_subscribe(client_.get(), nullptr, kDroppedTopic, 0);
    publish_claim();
}

void Publisher::on_publish(int mid, int reason) {
    const auto command = commands_on_the_way_.extract(mid);
    // A command that reaches nobody is not delivered: its machine has no session at the broker yet.
    const bool missed = command && reason == MQTT_RC_NO_MATCHING_SUBSCRIBERS;
    if (reason >= 0x80) {
        count_refused_(1);
        log::error("the broker refuses a message", {{"reason", mosquitto_reason_string(reason)}});
    }
    if (command && (missed || reason >= 0x80)) {
        outbox_.refused(command.mapped(), std::chrono::steady_clock::now());
    } else if (command) {
        count_commands_(1);
        outbox_.published(command.mapped());
    }
}

void Publisher::on_message(const mosquitto_message& message) {
    const std::string_view payload{static_cast<const char*>(message.payload),
                                   static_cast<std::size_t>(message.payloadlen)};
    if (message.topic == std::string_view{kDroppedTopic}) return note_dropped(std::string{payload});
    if (const auto claim = claim_from_json(payload)) on_claim(*claim);
}

// There is no such gauge before the broker has said it: a 0 until then would look like a rise.
void Publisher::note_dropped(const std::string& count) {
    metrics_.gauge("mqtt_bridge_broker_dropped_messages",
                   "Messages the broker says it dropped since it started, of any client")(
        std::strtod(count.c_str(), nullptr));
}

// The newer instance stays; the older one must be able to receive the claim.
void Publisher::on_claim(const InstanceClaim& claim) {
    if (claim.newer_than(claim_)) return replaced_();
    if (claim_.newer_than(claim)) publish_claim();
}

}  // namespace mqtt_bridge
