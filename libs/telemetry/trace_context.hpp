// W3C Trace Context: the traceparent that goes in, through and out.
// https://www.w3.org/TR/trace-context/
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace telemetry {

struct Trace {
    std::string trace_id;   // 32 hex digits
    std::string span_id;    // 16 hex digits: the span that speaks
    std::string parent_id;  // 16 hex digits: the span it is part of; empty where the trace begins
    bool sampled = true;

    // What a caller sent, or a new trace when that is missing or not valid. The span is always new.
    static Trace continue_from(std::string_view traceparent);
    // The span a traceparent names, as it is: nothing new.
    static std::optional<Trace> linked(std::string_view traceparent);
    static Trace start() { return continue_from({}); }
    // That of the request this thread is answering; a new one when it answers none.
    static Trace current();
    // A span within this one.
    Trace child() const;
    std::string header() const;
};

// Of a traceparent as `header` writes it; empty when there is none.
std::string_view trace_id_of(std::string_view traceparent);

// While it lives, the trace is its thread's current one. `trace` must outlive it.
class TraceScope {
public:
    explicit TraceScope(const Trace& trace);
    ~TraceScope();
    TraceScope(const TraceScope&) = delete;
    TraceScope& operator=(const TraceScope&) = delete;

private:
    const Trace* outer_;
};

}  // namespace telemetry
