// From bytes to whole requests and back: a hardened HTTP/1.1 engine on Pistache's event loops.
//
// Of Pistache only the event loops are used (http_loops). Nothing of its HTTP: no router, no ResponseWriter,
// no write queue (which hands answers to the wrong client once a descriptor is reused), no timeouts. The
// framing is checked before anything else (http_head, http_body); each connection owns a duplicate of its
// socket, and every answer goes to that duplicate (http_connection).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/message.hpp"

namespace http {

struct Limits {
    std::size_t body_bytes = 1 << 20;    // 413 above; refused before the body when Content-Length says so
    std::size_t head_bytes = 16 << 10;   // 431 above
    std::size_t header_count = 100;      // 431 above
    std::size_t target_bytes = 4 << 10;  // 414 above: path and query
    std::size_t connections = 10000;     // closed at once above
    std::chrono::milliseconds head_timeout{5000};   // from a request's first byte to the end of its head: 408
    std::chrono::milliseconds body_timeout{10000};  // from the end of the head to the end of the body: 408
    std::chrono::milliseconds idle_timeout{75000};  // between requests: closed
    std::chrono::milliseconds write_timeout{10000};  // for a reader that does not read: closed
};

class Engine {
public:
    // `on_request` runs on one of the engine's threads and must not block; it may answer later and from
    // elsewhere.
    using OnRequest = std::function<void(Request&&, Responder)>;

    // `host` an address to bind to (127.0.0.1, ::1, 0.0.0.0), `port` 0 for a free one.
    // Throws std::runtime_error saying what is wrong, e.g. that the port is in use.
    Engine(const std::string& host, std::uint16_t port, std::size_t threads, Limits limits,
           OnRequest on_request);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    std::uint16_t port() const;
    // Requests accepted and not yet answered to the last byte.
    std::size_t in_flight() const;

    // From now on no connection is taken, every answer closes its connection, and idle connections are
    // closed. Requests of connections already taken still reach `on_request`, so that nothing accepted goes
    // unanswered.
    void begin_drain();
    // True when every connection had its last answer before the time was up.
    bool wait_drained(std::chrono::milliseconds at_most);
    // Closes what is left and joins the threads. Call after draining; the destructor calls it too. A
    // Responder may still be used afterwards: it answers nobody.
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace http
