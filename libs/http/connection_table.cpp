#include "http/connection_table.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "http/connection.hpp"

namespace http {

Connections::Connections(Limits limits_, Engine::OnRequest on_request_)
    : limits(limits_),
      on_request(std::move(on_request_)),
      poll(epoll_create1(EPOLL_CLOEXEC)),
      wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = wake;
    if (poll < 0 || wake < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, wake, &event) != 0) {
        throw std::runtime_error("no descriptors left for the HTTP engine");
    }
}

Connections::~Connections() {
    ::close(wake);
    ::close(poll);
}

void Connections::add(int socket, int arriving, const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock{mutex_};
    by_socket_.emplace(socket, connection);
    arriving_.emplace(arriving, connection);
}

std::shared_ptr<Connection> Connections::take_arriving(int descriptor) {
    const std::lock_guard lock{mutex_};
    auto found = arriving_.extract(descriptor);
    return found ? std::move(found.mapped()) : nullptr;
}

bool Connections::any_arrives_late(core::Monotonic now) const {
    constexpr std::chrono::milliseconds kLate{100};
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(arriving_,
                               [&](const auto& entry) { return now - entry.second->accepted_at() > kLate; });
}

void Connections::remove(int socket) {
    const std::lock_guard lock{mutex_};
    by_socket_.erase(socket);
}

std::shared_ptr<Connection> Connections::find(int socket) const {
    const std::lock_guard lock{mutex_};
    const auto found = by_socket_.find(socket);
    return found == by_socket_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Connection>> Connections::all() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::shared_ptr<Connection>> connections;
    connections.reserve(by_socket_.size());
    for (const auto& [socket, connection] : by_socket_) connections.push_back(connection);
    return connections;
}

std::vector<std::shared_ptr<Connection>> Connections::past_deadline(core::Monotonic now) const {
    const std::lock_guard lock{mutex_};
    std::vector<std::shared_ptr<Connection>> connections;
    for (const auto& [socket, connection] : by_socket_) {
        if (connection->past_deadline(now)) connections.push_back(connection);
    }
    return connections;
}

std::size_t Connections::size() const {
    const std::lock_guard lock{mutex_};
    return by_socket_.size();
}

void Connections::forget() {
    const std::lock_guard lock{mutex_};
    by_socket_.clear();
    arriving_.clear();
    resumable_.clear();
}

void Connections::resume_later(std::shared_ptr<Connection> connection) {
    {
        const std::lock_guard lock{mutex_};
        resumable_.push_back(std::move(connection));
    }
    wake_keeper();
}

std::vector<std::shared_ptr<Connection>> Connections::take_resumable() {
    const std::lock_guard lock{mutex_};
    return std::exchange(resumable_, {});
}

void Connections::watch_writable(int socket, bool first_time) {
    epoll_event event{};
    event.events = EPOLLOUT | EPOLLONESHOT;
    event.data.fd = socket;
    epoll_ctl(poll, first_time ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
}

void Connections::unwatch(int socket) {
    epoll_ctl(poll, EPOLL_CTL_DEL, socket, nullptr);
}

void Connections::wake_keeper() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written =
        ::write(wake, &one, sizeof one);  // fails only when it is full: awake anyway
}

}  // namespace http
