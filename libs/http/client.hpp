// Calls to other services: libcurl with keep-alive, a deadline for every call, and a circuit breaker in
// front.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "http/message.hpp"

namespace http {

// Opens after `failures` failed calls in a row; then one call at a time may probe, every `probe_every`.
class CircuitBreaker {
public:
    struct Config {
        int failures = 5;
        std::chrono::milliseconds probe_every{500};
    };
    explicit CircuitBreaker(Config config) : config_(config) {}

    // Whether a call may go out now. Each true is answered by one `succeeded` or `failed`.
    bool allow(core::Monotonic now);
    // True when this success closed an open circuit.
    bool succeeded();
    void failed(core::Monotonic now);
    bool open() const;

private:
    Config config_;
    mutable std::mutex mutex_;
    int failures_in_a_row_ = 0;
    std::optional<core::Monotonic> probe_at_;
};

class Client {
public:
    struct Config {
        std::string base_url;  // http://127.0.0.1:8102
        std::string bearer;    // sent as Authorization; empty for none
        std::chrono::milliseconds connect_timeout{500};
        CircuitBreaker::Config breaker = {};
    };
    struct Reply {
        int status = 0;
        std::string body;
        std::optional<std::chrono::seconds> retry_after = {};
    };
    struct Sent {
        std::optional<Reply> reply;  // nothing when none came in time
        bool reached = true;         // false: there was nobody to send it to
    };

    explicit Client(Config config);
    ~Client();

    // The reply, whatever its status; nothing when none came: refused, cut off, deadline passed, circuit
    // open. A 5xx reply counts as a failure for the circuit. Safe from many threads. The call is a span of
    // `trace` and says which request it is for, where the thread is in a request's log::Scope.
    std::optional<Reply> post(const std::string& path, const std::string& body, const telemetry::Trace& trace,
                              std::chrono::milliseconds deadline);
    std::optional<Reply> get(const std::string& path, std::chrono::milliseconds deadline);
    // As `post`, with headers of the caller's (Content-Type among them) and without the circuit breaker, for
    // callers that pause by themselves. No span: its caller knows what it is.
    Sent send(const std::string& path, const std::string& body, const Headers& headers,
              std::chrono::milliseconds deadline);
    // True once after the circuit closed again.
    bool take_recovered();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace http
