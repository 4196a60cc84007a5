// A service's HTTP side: its table of routes, who may call them, and the one boundary where errors become
// answers.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "http/authenticator.hpp"
#include "http/engine.hpp"
#include "http/message.hpp"
#include "http/route.hpp"
#include "telemetry/metrics.hpp"

namespace http {

struct ServerConfig {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t loop_threads = 2;
    std::size_t workers = 8;
    std::size_t worker_queue = 512;  // 503 with Retry-After above
    Limits limits = {};
};

// The answer a refusal becomes (RFC 9457):
// {"type","title","status","detail","request_id","errors":[{"field","detail"}]}.
Response problem(const core::Error& error, const std::string& request_id);
Response problem(int status, std::string_view title, std::string_view detail, const std::string& request_id);

// What a handler answers; its refusal or exception as the problem it becomes. For handlers that run elsewhere
// than on a server's workers.
Response answer(const Handler& handler, const Request& request);

// Answers with `json` already serialised.
inline Response json(int status, std::string body) {
    return {status, std::move(body)};
}

class Server {
public:
    // HEAD is answered wherever GET is; 404 and 405 with Allow are the table's.
    // `authenticator` must outlive the server.
    Server(ServerConfig config, std::vector<Route> routes, telemetry::Metrics& metrics,
           const Authenticator& authenticator);
    ~Server();

    std::uint16_t port() const;
    // Refuse new requests with 503 and Connection: close, and finish what runs.
    void begin_drain();
    bool wait_drained(std::chrono::milliseconds at_most);
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace http
