#include "quittance/factory/connection.hpp"

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace quittance::factory {
namespace {

constexpr int kKeepalive_s = 30;
constexpr std::uint32_t kSessionExpiry_s = 7 * 24 * 3600;  // a command waits so long
constexpr auto kOffline = R"({"state":"offline"})";

std::string explain(int code) {
    return code == MOSQ_ERR_ERRNO ? std::strerror(errno) : mosquitto_strerror(code);
}
void check(int code) {
    if (code != MOSQ_ERR_SUCCESS) throw std::runtime_error("MQTT: " + explain(code));
}
void start_library() {
    static const int started = mosquitto_lib_init();
    check(started);
}

Connection& connection(void* object) {
    return *static_cast<Connection*>(object);
}

struct Properties {
    mosquitto_property* list = nullptr;
    Properties() = default;
    Properties(const Properties&) = delete;
    Properties& operator=(const Properties&) = delete;
    ~Properties() { mosquitto_property_free_all(&list); }
};

}  // namespace

std::optional<Broker> Broker::parse(std::string_view url) {
    const bool tls = url.starts_with("mqtts://");
    if (!tls && !url.starts_with("mqtt://")) return {};
    Broker broker{"", static_cast<std::uint16_t>(tls ? 8883 : 1883), tls, ""};
    url.remove_prefix(tls ? 8 : 7);
    if (const auto colon = url.rfind(':'); colon != std::string_view::npos && !url.ends_with(']')) {
        const auto* end = url.data() + url.size();
        const auto [stop, error] = std::from_chars(url.data() + colon + 1, end, broker.port);
        if (error != std::errc{} || stop != end || broker.port == 0) return {};
        url = url.substr(0, colon);
    }
    if (url.starts_with('[') && url.ends_with(']')) url = url.substr(1, url.size() - 2);
    if (url.empty() || url.find_first_of("/@ []") != std::string_view::npos) return {};
    broker.host = url;
    return broker;
}

void Connection::Destroy::operator()(mosquitto* client) const {
    mosquitto_destroy(client);
}

Connection::Connection(Broker broker, const Login& login, std::string client_id, std::string topic)
    : broker_(std::move(broker)), topic_(std::move(topic)) {
    start_library();
    client_.reset(mosquitto_new(client_id.c_str(), false, this));
    if (!client_) throw std::runtime_error("MQTT: no client can be made");
    auto* client = client_.get();
    check(mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5));
    check(mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1));
    if (broker_.tls && broker_.ca_file.empty()) {
        check(mosquitto_int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1));
    } else if (broker_.tls) {
        check(mosquitto_tls_set(client, broker_.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr));
    }
    if (!login.user.empty()) {
        const std::string password{login.password.reveal()};
        check(mosquitto_username_pw_set(client, login.user.c_str(), password.c_str()));
    }
    check(mosquitto_will_set(client, (topic_ + "/state").c_str(), static_cast<int>(std::strlen(kOffline)),
                             kOffline, 1, true));
    mosquitto_connect_v5_callback_set(client,
                                      [](mosquitto*, void* self, int reason, int, const mosquitto_property*) {
                                          connection(self).on_connect(reason);
                                      });
    mosquitto_publish_v5_callback_set(
        client, [](mosquitto*, void* self, int mid, int reason, const mosquitto_property*) {
            connection(self).on_publish(mid, reason);
        });
    mosquitto_message_callback_set(client, [](mosquitto*, void* self, const mosquitto_message* message) {
        connection(self).on_message(*message);
    });
}

bool Connection::publish(const std::string& topic, const std::string& payload, bool retain) {
    int mid = 0;
    const int code =
        mosquitto_publish_v5(client_.get(), &mid, topic.c_str(), static_cast<int>(payload.size()),
                             payload.data(), 1, retain, nullptr);
    if (code == MOSQ_ERR_OVERSIZE_PACKET) {
        ++refused_;
        return true;  // the broker never takes it
    }
    if (code == MOSQ_ERR_SUCCESS) in_flight_.insert(mid);
    return code == MOSQ_ERR_SUCCESS;
}

int Connection::socket() const {
    return mosquitto_socket(client_.get());
}
bool Connection::wants_to_write() const {
    return mosquitto_want_write(client_.get());
}

void Connection::turn(bool readable, core::Monotonic now) {
    if (socket() < 0) {
        if (now >= again_at_) connect(now);
        return;
    }
    errno = 0;
    int code = readable ? mosquitto_loop_read(client_.get(), 1) : MOSQ_ERR_SUCCESS;
    errno = 0;
    if (code == MOSQ_ERR_SUCCESS && wants_to_write()) code = mosquitto_loop_write(client_.get(), 1);
    if (code == MOSQ_ERR_SUCCESS) code = mosquitto_loop_misc(client_.get());
    if (code != MOSQ_ERR_SUCCESS) lost(code);
}

void Connection::connect(core::Monotonic now) {
    constexpr std::chrono::milliseconds kFirst{100};
    again_at_ = now + kFirst * (1 << std::min(failures_, 6));
    ++failures_;
    int code = MOSQ_ERR_SUCCESS;
    if (std::exchange(tried_, true)) {
        code = mosquitto_reconnect(client_.get());
    } else {
        Properties properties;
        check(mosquitto_property_add_int32(&properties.list, MQTT_PROP_SESSION_EXPIRY_INTERVAL,
                                           kSessionExpiry_s));
        code = mosquitto_connect_bind_v5(client_.get(), broker_.host.c_str(), broker_.port, kKeepalive_s,
                                         nullptr, properties.list);
    }
    if (code != MOSQ_ERR_SUCCESS) lost(code);
}

void Connection::lost(int code) {
    up_ = false;
    if (trouble_.empty()) trouble_ = explain(code);
}

// What was published and is not acknowledged, libmosquitto sends again by itself.
void Connection::drop() {
    up_ = false;
    mosquitto_reconnect(client_.get());
}

void Connection::close(const std::string& last_words) {
    if (!up_) return;
    publish(topic_ + "/state", last_words, true);
    for (int i = 0; i < 100 && !in_flight_.empty(); ++i) mosquitto_loop(client_.get(), 20, 1);
    mosquitto_disconnect(client_.get());
    mosquitto_loop(client_.get(), 0, 1);
    up_ = false;
}

void Connection::on_connect(int reason) {
    if (reason != 0) {
        trouble_ = mosquitto_reason_string(reason);
        return;
    }
    up_ = true;
    failures_ = 0;
    trouble_.clear();
    mosquitto_subscribe(client_.get(), nullptr, (topic_ + "/ack").c_str(), 1);
    mosquitto_subscribe(client_.get(), nullptr, (topic_ + "/cmd/+").c_str(), 1);
    publish(topic_ + "/state", greeting_, true);
}

// A publish that failed with the connection is sent again by libmosquitto all the same: its number is not
// known here.
void Connection::on_publish(int mid, int reason) {
    in_flight_.erase(mid);
    if (reason >= 0x80) ++refused_;
}

void Connection::on_message(const mosquitto_message& message) {
    heard_.push_back({message.topic, std::string{static_cast<const char*>(message.payload),
                                                 static_cast<std::size_t>(message.payloadlen)}});
}

}  // namespace quittance::factory
