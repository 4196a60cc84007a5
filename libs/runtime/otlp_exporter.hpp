// Spans go to an OpenTelemetry collector by OTLP/HTTP, in JSON: lists of them, every second or when many
// wait. Nothing waits for the collector, and nothing fails because of it.
// https://opentelemetry.io/docs/specs/otlp/
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/environment.hpp"
#include "http/message.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/span.hpp"

namespace runtime::otlp {

struct Config {
    std::string endpoint;  // http://127.0.0.1:4318, without /v1/traces
    http::Headers headers = {};
    std::string service;
    std::chrono::milliseconds every{1000};
    std::chrono::milliseconds deadline{5000};
    std::size_t max_waiting = 8192;
    std::size_t max_in_list = 512;
};

// OTEL_EXPORTER_OTLP_ENDPOINT (empty: nothing is exported) and OTEL_EXPORTER_OTLP_HEADERS (name=value,…).
std::optional<Config> read(core::Environment& environment, const std::string& service);

// One a process. While it lives, spans of sampled traces are exported.
class Exporter {
public:
    Exporter(Config config, telemetry::Metrics& metrics);
    // Sends what waits, within `deadline` for all of it, until the first list nobody takes.
    ~Exporter();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

// The body of a POST to /v1/traces.
std::string to_json(const std::string& service, std::span<const telemetry::Span> spans);

}  // namespace runtime::otlp
