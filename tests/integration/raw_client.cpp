#include "raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace testing_http {

RawClient::RawClient(std::uint16_t port, std::chrono::milliseconds patience, int receive_buffer_bytes)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval time{patience.count() / 1000, (patience.count() % 1000) * 1000};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (receive_buffer_bytes > 0) {
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int error = errno;
        close();
        throw std::runtime_error(std::string{"connect: "} + std::strerror(error));
    }
}

RawClient::~RawClient() {
    close();
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), in_(std::move(other.in_)) {}

RawClient& RawClient::operator=(RawClient&& other) noexcept {
    close();
    socket_ = std::exchange(other.socket_, -1);
    in_ = std::move(other.in_);
    return *this;
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawClient::read_more() {
    std::array<char, 65536> buffer;
    const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    in_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
}

Answer RawClient::receive(bool is_head) {
    std::size_t end = 0;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more()) return {};
    }
    Answer answer;
    answer.head = in_.substr(0, end + 4);
    if (answer.head.starts_with("HTTP/1.1 ")) answer.status = std::atoi(answer.head.c_str() + 9);
    const auto at = answer.head.find("Content-Length: ");
    const bool with_body = !is_head && at != std::string::npos;
    const std::size_t length = with_body ? std::strtoul(answer.head.c_str() + at + 16, nullptr, 10) : 0;
    while (in_.size() < end + 4 + length) {
        if (!read_more()) return {};
    }
    answer.body = in_.substr(end + 4, length);
    in_.erase(0, end + 4 + length);
    return answer;
}

bool RawClient::at_end() {
    if (!in_.empty()) return false;
    char byte = 0;
    const auto got = ::recv(socket_, &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

bool RawClient::at_clean_end() {
    char byte = 0;
    return in_.empty() && ::recv(socket_, &byte, 1, 0) == 0;
}

void RawClient::half_close() {
    ::shutdown(socket_, SHUT_WR);
}

void RawClient::close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void RawClient::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

std::string get(std::string_view path) {
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: t\r\n\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view more_headers) {
    return "POST " + std::string{path} + " HTTP/1.1\r\nHost: t\r\n" + std::string{more_headers} +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

}  // namespace testing_http
