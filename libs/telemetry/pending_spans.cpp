#include "telemetry/pending_spans.hpp"

namespace telemetry {

PendingSpans& pending_spans() {
    static PendingSpans one;
    return one;
}

bool is_exported(const Trace& trace) {
    return trace.sampled && pending_spans().open.load(std::memory_order_relaxed);
}

void export_span(Span span) {
    if (!is_exported(span.trace)) return;
    auto& queue = pending_spans();
    bool enough = false;
    {
        const std::lock_guard lock{queue.mutex};
        if (queue.spans.size() >= queue.most) {
            ++queue.dropped;
            return;
        }
        queue.spans.push_back(std::move(span));
        enough = queue.spans.size() == queue.wanted;
    }
    if (enough) queue.changed.notify_one();
}

}  // namespace telemetry
