// What took how long, for an OpenTelemetry collector (otlp). While none is configured this costs a look at a
// flag.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "telemetry/trace_context.hpp"

namespace telemetry {

struct Span {
    enum class Kind { internal = 1, server, client, producer, consumer };  // as OTLP counts them
    using Attribute = std::pair<std::string, std::variant<std::string, std::int64_t>>;

    Kind kind;
    std::string name;
    Trace trace;
    core::Time started;
    core::Time ended = core::now();
    std::vector<Attribute> attributes = {};
    std::vector<Trace> links = {};  // of what came together in a list
    bool failed = false;
};

// Whether anybody wants the spans of this trace.
bool is_exported(const Trace& trace);
// Never waits. When too much waits to be sent, the span is dropped and counted.
void export_span(Span span);

}  // namespace telemetry
