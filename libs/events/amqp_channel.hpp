// RabbitMQ: one connection with one channel, as the amqp sink and the consumer need it. By librabbitmq.
//
// Anything that goes wrong throws Error and leaves the channel unusable: its holder makes a new one.
// Not for more than one thread. What Error says holds neither the address nor a password.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace core {
class Environment;
}

namespace events::amqp {

struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Address {
    std::string url;                    // amqp://user:password@host:port/vhost, or amqps://
    std::string ca_file;                // what a server's certificate must lead to; the system's when empty
    std::chrono::seconds heartbeat{0};  // none: for those that wait for nothing
    std::chrono::milliseconds timeout{5000};
};
bool is_url(const std::string& url);
std::string read_ca_file(core::Environment& environment);

struct Message {
    std::string id;
    std::string type;
    std::string content_type;
    std::string body;
    std::string traceparent = {};  // a header, where there is one
};

// What the broker says of what was published: everything up to `tag` when `multiple`. A message no queue
// takes comes back (`returned`, known by its id) and is confirmed all the same, afterwards.
struct Confirm {
    enum class Kind { ack, nack, returned };
    Kind kind;
    std::uint64_t tag = 0;
    bool multiple = false;
    std::string id = {};
};

struct Delivery {
    std::uint64_t tag;
    bool redelivered;
    std::string body;
};

using Arguments = std::vector<std::pair<std::string, std::variant<std::string, std::int32_t, bool>>>;

class Channel {
public:
    explicit Channel(const Address& address);
    ~Channel();

    // Durable ones. What is there with other settings is an error.
    void declare_exchange(const std::string& name, const std::string& type);
    void declare_queue(const std::string& name, const Arguments& arguments);
    void bind(const std::string& queue, const std::string& exchange, const std::string& key);

    void use_confirms();
    // Persistent and mandatory. Answers its tag: 1, 2, ….
    std::uint64_t publish(const std::string& exchange, const std::string& key, const Message& message);
    // Nothing when none came in time.
    std::optional<Confirm> next_confirm(std::chrono::milliseconds wait);

    void consume(const std::string& queue, std::uint16_t prefetch);
    std::optional<Delivery> next(std::chrono::milliseconds wait);
    void ack(std::uint64_t tag);
    // To the dead-letter exchange.
    void reject(std::uint64_t tag);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace events::amqp
