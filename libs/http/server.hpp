// A service's HTTP side: its table of routes, who may call them, and the one boundary where errors become
// answers.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/engine.hpp"
#include "http/message.hpp"
#include "security/jwks_client.hpp"
#include "telemetry/metrics.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace base::http {

using base::Role;
using base::Roles;

// Runs on a worker thread, may block. A refusal becomes problem+json; so does an exception, without its text.
using Handler = std::function<Result<Response>(const Request&)>;
// Runs on the event loop, must not block, answers through the Responder, perhaps later.
using AsyncHandler = std::function<void(Request&&, Responder)>;

struct Route {
    Method method;
    std::string path;  // segments; ":name" stands for one segment
    Roles roles;  // who may call it; what is not in a table nobody may. Below /internal/ the services' token
                  // counts only
    std::variant<Handler, AsyncHandler> handler;
};

struct ServerConfig {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t loop_threads = 2;
    std::size_t workers = 8;
    std::size_t worker_queue = 512;  // 503 with Retry-After above
    Limits limits = {};
    std::string service = {};  // what scopes call it: orders:read
    std::vector<Secret> service_tokens = {};
};

// The answer a refusal becomes (RFC 9457):
// {"type","title","status","detail","request_id","errors":[{"field","detail"}]}.
Response problem(const Error& error, const std::string& request_id);
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
    // `keys` may be null when no route asks for a token of a person or program. It must outlive the server.
    Server(ServerConfig config, std::vector<Route> routes, Metrics& metrics, KeySource* keys);
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

}  // namespace base::http
