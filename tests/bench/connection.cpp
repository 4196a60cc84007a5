#include "tests/bench/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace bench {

Connection::Connection(const std::string& host, std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
        throw std::runtime_error("not an address: " + host);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        const std::string why = std::strerror(errno);
        ::close(socket_);
        throw std::runtime_error("can't connect to " + host + ":" + std::to_string(port) + ": " + why);
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
}

Connection::~Connection() {
    ::close(socket_);
}

bool Connection::send(std::string_view request) {
    unsent_ = request;
    received_.clear();
    answer_bytes_.reset();
    return continue_sending();
}

bool Connection::continue_sending() {
    while (!unsent_.empty()) {
        const auto sent = ::send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN;
        unsent_.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

Connection::Progress Connection::receive() {
    std::array<char, 4096> buffer;
    for (;;) {
        const auto read = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (read < 0 && errno == EAGAIN) return Progress::waiting;
        if (read <= 0) return Progress::broken;
        received_.append(buffer.data(), static_cast<std::size_t>(read));
        if (!answer_bytes_ && !parse_head()) continue;
        if (received_.size() >= *answer_bytes_) return Progress::answered;
    }
}

// Both the services and HAProxy answer webhooks with Content-Length.
bool Connection::parse_head() {
    const auto end = received_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    status_ = std::atoi(received_.c_str() + sizeof "HTTP/1.1");
    answer_bytes_ = end + 4;
    constexpr std::string_view kLength = "\r\ncontent-length:";
    for (std::size_t at = 0; at < end; at = received_.find("\r\n", at + 2)) {
        if (::strncasecmp(received_.c_str() + at, kLength.data(), kLength.size()) != 0) continue;
        *answer_bytes_ += static_cast<std::size_t>(std::atoll(received_.c_str() + at + kLength.size()));
        break;
    }
    return true;
}

}  // namespace bench
