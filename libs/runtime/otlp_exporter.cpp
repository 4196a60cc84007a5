#include "runtime/otlp_exporter.hpp"

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/json_writer.hpp"
#include "core/log.hpp"
#include "http/client.hpp"
#include "telemetry/pending_spans.hpp"

namespace runtime::otlp {
namespace {

// ---- JSON

void append_member(std::string& out, std::string_view name, std::string_view value) {
    out += out.back() == '{' ? "\"" : ",\"";
    out.append(name).append("\":");
    core::json::append_text(out, value);
}

// 64-bit numbers are texts in Protobuf's JSON.
void append_time(std::string& out, std::string_view name, core::Time time) {
    append_member(out, name, std::to_string(core::to_unix_us(time)) + "000");
}

void append_attribute(std::string& out, std::string_view key,
                      const telemetry::Span::Attribute::second_type& value) {
    out += out.back() == '[' ? "{" : ",{";
    append_member(out, "key", key);
    out += ",\"value\":{";
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        append_member(out, "intValue", std::to_string(*number));
    } else {
        append_member(out, "stringValue", std::get<std::string>(value));
    }
    out += "}}";
}

void append_span(std::string& out, const telemetry::Span& span) {
    out += out.back() == '[' ? "{" : ",{";
    append_member(out, "traceId", span.trace.trace_id);
    append_member(out, "spanId", span.trace.span_id);
    if (!span.trace.parent_id.empty()) append_member(out, "parentSpanId", span.trace.parent_id);
    append_member(out, "name", span.name);
    out += ",\"kind\":" + std::to_string(static_cast<int>(span.kind));
    append_time(out, "startTimeUnixNano", span.started);
    append_time(out, "endTimeUnixNano", span.ended);
    out += ",\"attributes\":[";
    for (const auto& [key, value] : span.attributes) append_attribute(out, key, value);
    out += "],\"links\":[";
    for (const auto& link : span.links) {
        out += out.back() == '[' ? "{" : ",{";
        append_member(out, "traceId", link.trace_id);
        append_member(out, "spanId", link.span_id);
        out += '}';
    }
    constexpr auto kError = R"({"code":2})";
    out.append(R"(],"status":)").append(span.failed ? kError : "{}").append("}");
}

// ---- configuration

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        const auto* start = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(start, start + 2, byte, 16).ptr == start + 2) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

bool may_come_again(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

std::string to_json(const std::string& service, std::span<const telemetry::Span> spans) {
    std::string out;
    out.reserve(256 + spans.size() * 700);
    out += R"({"resourceSpans":[{"resource":{"attributes":[)";
    append_attribute(out, "service.name", service);
    append_attribute(out, "service.namespace", std::string{"quittance"});
    append_attribute(out, "service.version", std::string{QUITTANCE_VERSION});
    out += R"(]},"scopeSpans":[{"scope":{"name":"quittance"},"spans":[)";
    for (const auto& span : spans) append_span(out, span);
    return out += "]}]}]}";
}

std::optional<Config> read(core::Environment& environment, const std::string& service) {
    constexpr auto kEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    constexpr auto kHeaders = "OTEL_EXPORTER_OTLP_HEADERS";
    Config config{.endpoint = environment.text(
                      {kEndpoint, "an OpenTelemetry collector: http://host:4318; empty: no spans"}, ""),
                  .service = service};
    while (config.endpoint.ends_with('/')) config.endpoint.pop_back();
    for (const auto& header :
         environment.list({kHeaders, "sent to it: name=value,name=value, values percent-encoded"}, {})) {
        const auto equals = header.find('=');
        const auto value = percent_decoded(equals == std::string::npos ? "" : header.substr(equals + 1));
        if (equals == 0 || equals == std::string::npos || value.find_first_of("\r\n") != std::string::npos)
            environment.fault(kHeaders, "must be name=value,name=value");
        config.headers.emplace_back(header.substr(0, equals), value);
    }
    if (config.endpoint.empty()) return {};
    if (!config.endpoint.starts_with("http://") && !config.endpoint.starts_with("https://"))
        environment.fault(kEndpoint, "must start with http:// or https://");
    return config;
}

class Exporter::Impl {
public:
    Impl(Config config, telemetry::Metrics& metrics)
        : config_(std::move(config)),
          client_({.base_url = config_.endpoint, .bearer = "", .connect_timeout = config_.every}),
          exported_(metrics.counter("spans_exported_total", "Spans an OpenTelemetry collector has taken")) {
        config_.headers.emplace_back("Content-Type", "application/json");
        auto& queue = telemetry::pending_spans();
        queue.most = config_.max_waiting;
        queue.wanted = config_.max_in_list;
        queue.dropped = 0;
        queue.end_by.reset();
        queue.open = true;
        metrics.on_scrape([total = metrics.total("spans_dropped_total", "Spans no collector took in time")] {
            total(static_cast<double>(telemetry::pending_spans().dropped));
        });
        thread_ = std::thread{[this] { run(); }};
    }

    ~Impl() {
        auto& queue = telemetry::pending_spans();
        queue.open = false;
        {
            const std::lock_guard lock{queue.mutex};
            queue.end_by = std::chrono::steady_clock::now() + config_.deadline;
        }
        queue.changed.notify_one();
        thread_.join();
    }

private:
    void run() {
        for (bool last = false; !last;) {
            const auto spans = take(last);
            const std::span all{spans};
            for (std::size_t i = 0; i < all.size(); i += config_.max_in_list) {
                const auto list = all.subspan(i, std::min(config_.max_in_list, all.size() - i));
                if (!try_export(list)) telemetry::pending_spans().dropped += list.size();
            }
        }
    }

    std::vector<telemetry::Span> take(bool& last) {
        auto& queue = telemetry::pending_spans();
        std::unique_lock lock{queue.mutex};
        queue.changed.wait_for(lock, config_.every,
                               [&] { return queue.end_by || queue.spans.size() >= queue.wanted; });
        last = queue.end_by.has_value();
        return std::exchange(queue.spans, {});
    }

    bool try_export(std::span<const telemetry::Span> spans) {
        try {
            return send(spans);
        } catch (const std::exception& error) {
            core::log::error("spans are not exported", {{"error", std::string{error.what()}}});
            return false;
        }
    }

    // Tries until the list is taken or refused, and at the end until nobody takes one. Whether it was taken.
    bool send(std::span<const telemetry::Span> spans) {
        const auto body = to_json(config_.service, spans);
        for (auto pause = config_.every; !given_up_; pause = std::min(pause * 2, kLongestPause)) {
            const auto last_moment = end_by();
            if (const auto taken = try_send(spans.size(), body, time_until(last_moment))) return *taken;
            given_up_ = last_moment.has_value();
            if (!given_up_) wait(pause);
        }
        return false;
    }

    // Nothing when it may be taken later.
    std::optional<bool> try_send(std::size_t spans, const std::string& body,
                                 std::chrono::milliseconds deadline) {
        if (deadline <= std::chrono::milliseconds{0}) return {};
        const auto sent = client_.send("/v1/traces", body, config_.headers, deadline);
        const bool done = sent.reply && !may_come_again(sent.reply->status);
        const bool taken = done && sent.reply->status < 300;
        if (taken == std::exchange(failing_, !taken)) {
            if (taken)
                core::log::info("spans are exported again");
            else
                core::log::warn("spans are not exported", {{"status", sent.reply ? sent.reply->status : 0}});
        }
        if (taken) exported_(static_cast<double>(spans));
        return done ? std::optional{taken} : std::nullopt;
    }

    std::chrono::milliseconds time_until(const std::optional<core::Monotonic>& then) const {
        if (!then) return config_.deadline;
        const auto left = *then - std::chrono::steady_clock::now();
        return std::chrono::duration_cast<std::chrono::milliseconds>(left);
    }

    // Less when this ends.
    static void wait(std::chrono::milliseconds pause) {
        auto& queue = telemetry::pending_spans();
        std::unique_lock lock{queue.mutex};
        queue.changed.wait_for(lock, pause, [&] { return queue.end_by.has_value(); });
    }

    static std::optional<core::Monotonic> end_by() {
        auto& queue = telemetry::pending_spans();
        const std::lock_guard lock{queue.mutex};
        return queue.end_by;
    }

    static constexpr std::chrono::milliseconds kLongestPause{30'000};
    Config config_;
    http::Client client_;
    const std::function<void(double)> exported_;
    bool failing_ = false;
    bool given_up_ = false;
    std::thread thread_;
};

Exporter::Exporter(Config config, telemetry::Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(config), metrics)) {}
Exporter::~Exporter() = default;

}  // namespace runtime::otlp
