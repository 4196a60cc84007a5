#include "core/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "core/clock.hpp"
#include "core/json_writer.hpp"

namespace core::log {
namespace {

std::string& service_name() {
    static std::string name = "quittance";
    return name;
}

spdlog::logger& sink() {
    static const auto logger = [] {
        auto made =
            std::make_shared<spdlog::logger>("json", std::make_shared<spdlog::sinks::stdout_sink_mt>());
        made->set_pattern("%v");
        made->flush_on(spdlog::level::warn);
        spdlog::register_logger(made);
        spdlog::flush_every(std::chrono::seconds{1});
        return made;
    }();
    return *logger;
}

thread_local std::string_view current_request;
thread_local std::string_view current_trace;

// A text that says nothing is left out.
bool is_empty(const Field& field) {
    const auto* text = std::get_if<std::string_view>(&field.value);
    return text != nullptr && text->empty();
}

void append(std::string& line, const Field& field) {
    line += ',';
    json::append_text(line, field.name);
    line += ':';
    std::visit(
        [&](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, std::string_view>) {
                json::append_text(line, value);
            } else if constexpr (std::is_same_v<T, bool>) {
                line += value ? "true" : "false";
            } else if constexpr (std::is_same_v<T, double>) {
                line += fmt::format("{:.3f}", value);
            } else {
                line += std::to_string(value);
            }
        },
        field.value);
}

void write(spdlog::level::level_enum level, std::string_view name, std::string_view message, Fields fields) {
    if (!sink().should_log(level)) return;
    std::string line;
    line.reserve(256);
    line += R"({"ts":")" + to_rfc3339(now()) + R"(","level":")";
    line += name;
    line += R"(","service":)";
    json::append_text(line, service_name());
    line += R"(,"message":)";
    json::append_text(line, message);
    if (!current_request.empty()) append(line, {"request_id", current_request});
    if (!current_trace.empty()) append(line, {"trace_id", current_trace});
    for (const auto& field : fields) {
        if (!is_empty(field)) append(line, field);
    }
    line += '}';
    sink().log(level, spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace

void open(std::string_view service, std::string_view level) {
    service_name() = service;
    sink().set_level(spdlog::level::from_str(std::string{level}));
}

void debug(std::string_view message, Fields fields) {
    write(spdlog::level::debug, "debug", message, fields);
}
void info(std::string_view message, Fields fields) {
    write(spdlog::level::info, "info", message, fields);
}
void warn(std::string_view message, Fields fields) {
    write(spdlog::level::warn, "warn", message, fields);
}
void error(std::string_view message, Fields fields) {
    write(spdlog::level::err, "error", message, fields);
}
void flush() {
    sink().flush();
}

std::string_view current_request_id() {
    return current_request;
}

Scope::Scope(std::string_view request_id, std::string_view trace_id)
    : outer_request_(current_request), outer_trace_(current_trace) {
    current_request = request_id;
    current_trace = trace_id;
}

Scope::~Scope() {
    current_request = outer_request_;
    current_trace = outer_trace_;
}

}  // namespace core::log
