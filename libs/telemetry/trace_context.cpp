#include "telemetry/trace_context.hpp"

#include <algorithm>
#include <utility>

#include "core/id.hpp"

namespace telemetry {
namespace {

bool is_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
bool is_zero(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c == '0'; });
}

std::string new_span_id() {
    return core::new_uuid7().substr(16);
}

thread_local const Trace* current_trace = nullptr;

}  // namespace

Trace Trace::continue_from(std::string_view text) {
    auto caller = linked(text);
    if (!caller) return {core::new_uuid7(), new_span_id(), "", true};
    return caller->child();
}

std::optional<Trace> Trace::linked(std::string_view text) {
    const bool valid = text.size() >= 55 && text[2] == '-' && text[35] == '-' && text[52] == '-' &&
                       is_hex(text.substr(0, 2)) && text.substr(0, 2) != "ff" &&
                       (text.size() == 55 || (text.substr(0, 2) != "00" && text[55] == '-')) &&
                       is_hex(text.substr(3, 32)) && !is_zero(text.substr(3, 32)) &&
                       is_hex(text.substr(36, 16)) && !is_zero(text.substr(36, 16)) &&
                       is_hex(text.substr(53, 2));
    if (!valid) return {};
    const auto flag = text[54];
    const int low = flag <= '9' ? flag - '0' : flag - 'a' + 10;
    return Trace{std::string{text.substr(3, 32)}, std::string{text.substr(36, 16)}, "", (low & 1) == 1};
}

Trace Trace::current() {
    return current_trace != nullptr ? *current_trace : continue_from("");
}

Trace Trace::child() const {
    return {trace_id, new_span_id(), span_id, sampled};
}

std::string Trace::header() const {
    return "00-" + trace_id + "-" + span_id + (sampled ? "-01" : "-00");
}

std::string_view trace_id_of(std::string_view traceparent) {
    constexpr std::size_t kWhole = 55;
    return traceparent.size() >= kWhole ? traceparent.substr(3, 32) : std::string_view{};
}

TraceScope::TraceScope(const Trace& trace) : outer_(std::exchange(current_trace, &trace)) {}
TraceScope::~TraceScope() {
    current_trace = outer_;
}

}  // namespace telemetry
