// W3C Trace Context: the traceparent that goes in, through and out.
// https://www.w3.org/TR/trace-context/
#pragma once

#include <string>
#include <string_view>

namespace base {

struct Trace {
    std::string trace_id;   // 32 hex digits
    std::string parent_id;  // 16 hex digits: the span that speaks
    bool sampled = true;

    // What a caller sent, or a new trace when that is missing or not valid. The span is always new.
    static Trace continue_from(std::string_view traceparent);
    // That of the request this thread is answering; a new one when it answers none.
    static Trace current();
    std::string header() const;
};

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

}  // namespace base
