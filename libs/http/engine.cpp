#include "http/engine.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "http/connection.hpp"
#include "http/connection_table.hpp"
#include "http/event_loops.hpp"

namespace http {
namespace {

constexpr int kBacklog = 1024;

int listen_on(const addrinfo& address) {
    const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) return -1;
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket, address.ai_addr, address.ai_addrlen) == 0 && ::listen(socket, kBacklog) == 0)
        return socket;
    const int error = errno;
    ::close(socket);
    errno = error;
    return -1;
}

int listen_on(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const auto where = host + " port " + std::to_string(port);
    if (const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
        error != 0) {
        throw std::runtime_error("can't listen on " + where + ": " + ::gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, &::freeaddrinfo};
    for (const auto* address = found; address != nullptr; address = address->ai_next) {
        if (const int socket = listen_on(*address); socket >= 0) return socket;
    }
    throw std::runtime_error("can't listen on " + where + ": " + std::strerror(errno));
}

std::uint16_t port_of(int socket) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
    // The port is at the same place in both families.
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

// Two descriptors a connection, and some for everybody else. Answers how many connections that allows.
std::size_t make_room_for(std::size_t connections) {
    constexpr rlim_t kOthers = 256;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
    limit.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, 2 * connections + kOthers));
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
    const auto for_connections = limit.rlim_cur - std::min(limit.rlim_cur / 2, kOthers);
    return std::min<std::size_t>(connections, for_connections / 2);
}

}  // namespace

// Event loops read; one keeper thread accepts, writes what slow readers left over, and watches deadlines.

class Engine::Impl {
public:
    Impl(const std::string& host, std::uint16_t port, std::size_t threads, Limits limits,
         OnRequest on_request)
        : max_connections_(make_room_for(limits.connections)),
          connections_(std::make_shared<Connections>(limits, std::move(on_request))),
          listening_(listen_on(host, port)),
          port_(port_of(listening_)),
          loops_(std::make_unique<Loops>(threads, connections_)) {
        listen_for_connections(EPOLL_CTL_ADD, EPOLLIN);
        keeper_ = std::thread{[this] { keep(); }};
    }

    ~Impl() { stop(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    std::uint16_t port() const { return port_; }
    std::size_t in_flight() const { return connections_->in_flight; }

    void begin_drain() {
        connections_->draining = true;
        connections_->wake_keeper();
    }

    bool wait_drained(std::chrono::milliseconds at_most) const {
        const auto until = std::chrono::steady_clock::now() + at_most;
        while (listens_ || connections_->alive > 0 || connections_->in_flight > 0) {
            if (std::chrono::steady_clock::now() >= until) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
        return true;
    }

    void stop() {
        if (!keeper_.joinable()) return;
        begin_drain();
        stopping_ = true;
        connections_->wake_keeper();
        keeper_.join();
        loops_.reset();
        connections_->forget();
    }

private:
    void keep() {
        ::pthread_setname_np(::pthread_self(), "http-keeper");
        while (!stopping_) {
            try {
                keep_once();
            } catch (...) {  // no memory left: what is due comes with the next tick
            }
        }
        stop_listening();
        let_everyone_go();
    }

    void keep_once() {
        std::array<epoll_event, 64> events{};
        const int ready = ::epoll_wait(connections_->poll, events.data(), events.size(), kTick.count());
        for (int i = 0; i < ready; ++i) {
            const int descriptor = events.at(static_cast<std::size_t>(i)).data.fd;
            if (descriptor == listening_) {
                accept_connections();
            } else if (descriptor == connections_->wake) {
                clear_wake();
            } else if (const auto connection = connections_->find(descriptor)) {
                connection->on_writable();
            }
        }
        for (const auto& connection : connections_->take_resumable()) connection->resume();
        if (connections_->draining && listening_ >= 0) {
            stop_listening();
            close_idle();
        }
        if (const auto now = std::chrono::steady_clock::now(); now >= next_tick_) {
            next_tick_ = now + kTick;
            tick(now);
        }
    }

    void tick(core::Monotonic now) {
        for (const auto& connection : connections_->past_deadline(now)) connection->on_deadline(now);
        if (connections_->any_arrives_late(now)) loops_->nudge();
        if (connections_->draining) close_idle();
        if (accepting_paused_) listen_for_connections(EPOLL_CTL_MOD, EPOLLIN);
    }

    void close_idle() {
        const auto now = std::chrono::steady_clock::now();
        for (const auto& connection : connections_->all()) connection->close_if_idle(now);
    }

    // The loops close their descriptors as they see the end; only then may they be stopped.
    void let_everyone_go() {
        constexpr int kPatience = 200;
        for (int i = 0; i < kPatience && connections_->size() > 0; ++i) {
            for (const auto& connection : connections_->all()) connection->shut_down();
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
            if (i % 20 == 19) loops_->nudge();
        }
    }

    // ---- accepting

    void accept_connections() {
        for (;;) {
            const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (socket >= 0) {
                welcome(socket);
            } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
                return;
            } else if (errno != EINTR && errno != ECONNABORTED) {  // no descriptors left, no memory
                return listen_for_connections(EPOLL_CTL_MOD, 0);   // until the next tick
            }
        }
    }

    void welcome(int socket) {
        const int ours = connections_->size() < max_connections_ ? ::fcntl(socket, F_DUPFD_CLOEXEC, 0) : -1;
        if (ours < 0) {
            ::close(socket);
            return;
        }
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections_->add(ours, socket, std::make_shared<Connection>(ours, connections_));
        loops_->adopt(socket);
    }

    void listen_for_connections(int operation, std::uint32_t events) {
        epoll_event event{};
        event.events = events;
        event.data.fd = listening_;
        ::epoll_ctl(connections_->poll, operation, listening_, &event);
        accepting_paused_ = events == 0;
    }

    // A client in the backlog considers itself connected, and is served.
    void stop_listening() {
        if (listening_ < 0) return;
        accept_connections();
        ::close(listening_);
        listening_ = -1;
        accepting_paused_ = false;
        listens_ = false;
    }

    void clear_wake() const {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto taken = ::read(connections_->wake, &count, sizeof count);
    }

    static constexpr std::chrono::milliseconds kTick{100};

    const std::size_t max_connections_;
    const std::shared_ptr<Connections> connections_;
    int listening_;  // the keeper's own
    const std::uint16_t port_;
    std::unique_ptr<Loops> loops_;
    bool accepting_paused_ = false;
    core::Monotonic next_tick_{};
    std::atomic<bool> listens_ = true;
    std::atomic<bool> stopping_ = false;
    std::thread keeper_;
};

Engine::Engine(const std::string& host, std::uint16_t port, std::size_t threads, Limits limits,
               OnRequest on_request)
    : impl_(std::make_unique<Impl>(host, port, threads, limits, std::move(on_request))) {}
Engine::~Engine() = default;

std::uint16_t Engine::port() const {
    return impl_->port();
}
std::size_t Engine::in_flight() const {
    return impl_->in_flight();
}
void Engine::begin_drain() {
    impl_->begin_drain();
}
bool Engine::wait_drained(std::chrono::milliseconds at_most) {
    return impl_->wait_drained(at_most);
}
void Engine::stop() {
    impl_->stop();
}

}  // namespace http
