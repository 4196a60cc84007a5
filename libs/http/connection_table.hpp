// The connections of one engine, and what they share.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/clock.hpp"
#include "http/engine.hpp"

namespace http {

class Connection;

// Lives on while an answer is owed, even when the engine is gone.
class Connections {
public:
    Connections(Limits limits, Engine::OnRequest on_request);
    ~Connections();
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;

    // `arriving` is the loop's descriptor of the same socket, by which the loop then fetches its connection.
    void add(int socket, int arriving, const std::shared_ptr<Connection>& connection);
    std::shared_ptr<Connection> take_arriving(int descriptor);
    bool any_arrives_late(core::Monotonic now) const;
    void remove(int socket);
    std::shared_ptr<Connection> find(int socket) const;
    std::vector<std::shared_ptr<Connection>> all() const;
    std::vector<std::shared_ptr<Connection>> past_deadline(core::Monotonic now) const;
    std::size_t size() const;
    // Lets go of all that are left: they hold this, too.
    void forget();

    // Asks the keeper to call `resume` of the connection: never on the thread that answers, which may hold
    // locks.
    void resume_later(std::shared_ptr<Connection> connection);
    std::vector<std::shared_ptr<Connection>> take_resumable();
    // Asks the keeper to call `on_writable` once when the socket takes bytes again.
    void watch_writable(int socket, bool first_time);
    void unwatch(int socket);
    void wake_keeper() const;

    const Limits limits;
    const Engine::OnRequest on_request;
    std::atomic<bool> draining = false;
    std::atomic<std::size_t> in_flight = 0;  // requests handed on and not yet answered to the last byte
    std::atomic<std::size_t> alive = 0;      // connections not yet closing
    const int poll;                          // the keeper's epoll
    const int wake;                          // an eventfd in it

private:
    mutable std::mutex mutex_;
    std::unordered_map<int, std::shared_ptr<Connection>> by_socket_;
    std::unordered_map<int, std::shared_ptr<Connection>> arriving_;
    std::vector<std::shared_ptr<Connection>> resumable_;
};

}  // namespace http
