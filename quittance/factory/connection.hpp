// A machine's connection to the broker: MQTT 5, a session that outlives it, a Will. Only this file and its
// source know libmosquitto. Nothing here blocks but the opening of the connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/secret.hpp"

struct mosquitto;
struct mosquitto_message;

namespace quittance::factory {

struct Broker {
    std::string host;
    std::uint16_t port;
    bool tls;
    std::string ca_file;  // for TLS; empty: those the system trusts
    // mqtt://host:port or mqtts://host:port
    static std::optional<Broker> parse(std::string_view url);
};

struct Login {
    std::string user;  // empty: none
    core::Secret password{""};
};

class Connection {
public:
    struct Heard {
        std::string topic;
        std::string payload;
    };
    // `topic` is the machine's own. Throws std::runtime_error when libmosquitto refuses a setting.
    Connection(Broker broker, const Login& login, std::string client_id, std::string topic);

    // What is published, retained, each time it connects.
    void say_on_connect(std::string payload) { greeting_ = std::move(payload); }

    // At QoS 1. False when libmosquitto does not take it now.
    bool publish(const std::string& topic, const std::string& payload, bool retain = false);
    bool is_up() const { return up_; }
    // Published, and the broker has not said that it has it.
    int in_flight() const { return static_cast<int>(in_flight_.size()); }
    int refused() const { return refused_; }

    // For poll(2): the socket (-1: none), and whether it is to be written to.
    int socket() const;
    bool wants_to_write() const;
    // Reads and writes what there is, keeps the connection alive, connects again when it is due.
    void turn(bool readable, core::Monotonic now);

    std::vector<Heard> take_heard() { return std::exchange(heard_, {}); }
    // As a machine whose power is cut: the broker publishes its Will.
    void drop();
    // Says goodbye, the Will is not published.
    void close(const std::string& last_words);
    // Why it is not up; empty: not known.
    const std::string& trouble() const { return trouble_; }

private:
    struct Destroy {
        void operator()(mosquitto* client) const;
    };
    void connect(core::Monotonic now);
    void lost(int code);
    void on_connect(int reason);
    void on_publish(int mid, int reason);
    void on_message(const mosquitto_message& message);

    const Broker broker_;
    const std::string topic_;
    std::string greeting_;
    std::unique_ptr<mosquitto, Destroy> client_;
    bool tried_ = false;
    bool up_ = false;
    std::set<int> in_flight_;  // by libmosquitto's numbers
    int refused_ = 0;
    int failures_ = 0;  // one after another
    core::Monotonic again_at_{};
    std::string trouble_;
    std::vector<Heard> heard_;
};

}  // namespace quittance::factory
