#include "fake_broker.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace testing_mqtt {
namespace {

bool readable(int socket, std::chrono::milliseconds at_most) {
    pollfd wanted{socket, POLLIN, 0};
    return ::poll(&wanted, 1, static_cast<int>(at_most.count())) > 0;
}

std::string two_bytes(std::size_t number) {
    return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

std::string remaining_length(std::size_t length) {
    std::string bytes;
    do {
        const auto rest = length >> 7;
        bytes += static_cast<char>((length & 0x7f) | (rest > 0 ? 0x80 : 0));
        length = rest;
    } while (length > 0);
    return bytes;
}

std::string packet(int first_byte, const std::string& body) {
    return static_cast<char>(first_byte) + remaining_length(body.size()) + body;
}

}  // namespace

std::string publish_packet(int id, std::string_view topic, std::string_view payload, bool again) {
    auto body = two_bytes(topic.size()) + std::string{topic} + two_bytes(static_cast<std::size_t>(id)) + '\0';
    return packet(again ? 0x3a : 0x32, body.append(payload));
}

int Packet::id() const {
    return static_cast<unsigned char>(body.at(0)) << 8 | static_cast<unsigned char>(body.at(1));
}

Peer::~Peer() {
    if (socket_ >= 0) ::close(socket_);
}

Peer::Peer(Peer&& other) noexcept : socket_(std::exchange(other.socket_, -1)), in_(std::move(other.in_)) {}

void Peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) throw std::runtime_error("the client has gone");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool Peer::fill(std::size_t bytes, std::chrono::milliseconds at_most) {
    const auto until = std::chrono::steady_clock::now() + at_most;
    while (in_.size() < bytes) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (left.count() <= 0 || !readable(socket_, left)) return false;
        std::array<char, 65536> buffer;
        const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (got <= 0) return false;
        in_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return true;
}

std::optional<Packet> Peer::receive(std::chrono::milliseconds at_most) {
    std::size_t length = 0;
    std::size_t at = 1;
    for (;; ++at) {
        if (!fill(at + 1, at_most)) return {};
        length |= static_cast<std::size_t>(in_[at] & 0x7f) << (7 * (at - 1));
        if ((in_[at] & 0x80) == 0) break;
    }
    if (!fill(at + 1 + length, at_most)) return {};
    Packet packet{static_cast<unsigned char>(in_[0]) >> 4, in_.substr(at + 1, length)};
    in_.erase(0, at + 1 + length);
    return packet;
}

bool Peer::silent_for(std::chrono::milliseconds time) {
    return in_.empty() && !readable(socket_, time);
}

bool Peer::at_end() {
    char byte = 0;
    return in_.empty() && readable(socket_, std::chrono::seconds{5}) && ::recv(socket_, &byte, 1, 0) <= 0;
}

void Peer::welcome(bool session_present, int subscriptions) {
    const auto connect = receive();
    if (!connect || connect->type != 1) throw std::runtime_error("no CONNECT");
    send(packet(0x20, {static_cast<char>(session_present ? 1 : 0), 0, 0}));
    take_subscriptions(subscriptions);
}

void Peer::take_subscriptions(int count, int reason) {
    for (int i = 0; i < count; ++i) {
        const auto subscribe = receive();
        if (!subscribe || subscribe->type != 8) throw std::runtime_error("no SUBSCRIBE");
        send(packet(0x90,
                    two_bytes(static_cast<std::size_t>(subscribe->id())) + '\0' + static_cast<char>(reason)));
    }
}

void Peer::publish(int id, std::string_view topic, std::string_view payload, bool again) {
    send(publish_packet(id, topic, payload, again));
}

std::string Peer::take_pubacks(int count) {
    std::string ids;
    for (int i = 0; i < count; ++i) {
        const auto puback = receive();
        if (!puback) return ids + "?";
        ids += (i > 0 ? " " : "") + (puback->type == 4 ? std::to_string(puback->id()) : "?");
    }
    return ids;
}

FakeBroker::FakeBroker() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, generic, size) != 0 || ::listen(socket_, 8) != 0 ||
        ::getsockname(socket_, generic, &size) != 0) {
        throw std::runtime_error("the fake broker can't listen");
    }
    port_ = ntohs(address.sin_port);
}

FakeBroker::~FakeBroker() {
    ::close(socket_);
}

Peer FakeBroker::accept() {
    if (!readable(socket_, std::chrono::seconds{10})) throw std::runtime_error("the client does not connect");
    return Peer{::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC)};
}

}  // namespace testing_mqtt
