// Spans that wait to be exported.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "telemetry/span.hpp"

namespace telemetry {

// It outlives every exporter, so that no thread meets one that is being destroyed. An exporter opens it.
struct PendingSpans {
    std::atomic<bool> open = false;
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Span> spans;
    std::size_t most = 0;    // a span more is dropped
    std::size_t wanted = 0;  // so many are worth being sent at once
    std::atomic<std::uint64_t> dropped = 0;
    std::optional<core::Monotonic> end_by;  // set when the exporter ends
};
PendingSpans& pending_spans();

}  // namespace telemetry
