#include "mqtt-bridge/broker.hpp"

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace mqtt_bridge {
namespace {

void check(int code) {
    if (code != MOSQ_ERR_SUCCESS)
        throw std::runtime_error("the MQTT client can't be set up: " + explain(code));
}

void start_library() {
    static const int started = mosquitto_lib_init();
    check(started);
}

void set_tls(mosquitto* client, const Broker& broker) {
    if (broker.ca_file.empty()) return check(mosquitto_int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1));
    check(mosquitto_tls_set(client, broker.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr));
}

struct Properties {
    mosquitto_property* list = nullptr;
    Properties() = default;
    Properties(const Properties&) = delete;
    Properties& operator=(const Properties&) = delete;
    ~Properties() { mosquitto_property_free_all(&list); }
};

}  // namespace

void DestroyClient::operator()(mosquitto* client) const {
    mosquitto_destroy(client);
}

Client make_client(const Broker& broker, const std::string& client_id, bool clean_start, void* object) {
    start_library();
    Client client{mosquitto_new(client_id.c_str(), clean_start, object)};
    if (!client) throw std::runtime_error("the MQTT client can't be made");
    check(mosquitto_int_option(client.get(), MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5));
    check(mosquitto_int_option(client.get(), MOSQ_OPT_TCP_NODELAY, 1));
    if (broker.tls) set_tls(client.get(), broker);
    if (!broker.username.empty()) {
        const std::string password{broker.password.reveal()};
        check(mosquitto_username_pw_set(client.get(), broker.username.c_str(), password.c_str()));
    }
    return client;
}

int connect(mosquitto* client, const Broker& broker, std::chrono::seconds session_expiry, bool first) {
    if (!first) return mosquitto_reconnect(client);
    Properties properties;
    check(mosquitto_property_add_int32(&properties.list, MQTT_PROP_SESSION_EXPIRY_INTERVAL,
                                       static_cast<std::uint32_t>(session_expiry.count())));
    return mosquitto_connect_bind_v5(client, broker.host.c_str(), broker.port,
                                     static_cast<int>(broker.keepalive.count()), nullptr, properties.list);
}

std::string explain(int code) {
    if (code == MOSQ_ERR_ERRNO) return std::strerror(errno);
    return mosquitto_strerror(code);
}

}  // namespace mqtt_bridge
