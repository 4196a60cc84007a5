// One keep-alive connection of the load generator: sends a request, reads its answer, never blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

class Connection {
public:
    // Connects at once (blocking, loopback). Throws std::runtime_error when nobody listens.
    Connection(const std::string& host, std::uint16_t port);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int socket() const { return socket_; }
    // `request` must live until the answer is there. False when the connection broke.
    bool send(std::string_view request);
    bool continue_sending();
    bool wants_to_send() const { return !unsent_.empty(); }

    enum class Progress { waiting, answered, broken };
    Progress receive();
    // Of the answer just received.
    int status() const { return status_; }

private:
    bool parse_head();

    int socket_;
    std::string_view unsent_;
    std::string received_;
    std::optional<std::size_t> answer_bytes_;
    int status_ = 0;
};

}  // namespace bench
