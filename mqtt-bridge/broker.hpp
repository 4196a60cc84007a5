// What both connections to the broker have in common. Only broker, session and publisher know libmosquitto.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/secret.hpp"

struct mosquitto;

namespace mqtt_bridge {

struct Broker {
    std::string host = "127.0.0.1";
    std::uint16_t port = 1883;
    bool tls = false;
    std::string ca_file = {};  // for TLS; empty: those the system trusts
    std::string username = {};
    core::Secret password{""};
    std::chrono::seconds keepalive{60};  // the broker gives a connection up after 1.5 times this
};

struct DestroyClient {
    void operator()(mosquitto* client) const;
};
using Client = std::unique_ptr<mosquitto, DestroyClient>;

// An MQTT 5 client that is not connected yet; `object` is what its callbacks are given.
// Throws std::runtime_error when libmosquitto refuses a setting.
Client make_client(const Broker& broker, const std::string& client_id, bool clean_start, void* object);

// Connects, the first time and again. Nothing of an earlier connection is sent on the new one: PUBACKs that
// were not written are gone. Blocks for TCP and TLS; CONNACK comes later. A libmosquitto code.
int connect(mosquitto* client, const Broker& broker, std::chrono::seconds session_expiry, bool first);

// What a libmosquitto code stands for, for the log.
std::string explain(int code);

}  // namespace mqtt_bridge
