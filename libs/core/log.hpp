// The log: JSON lines on standard output, one object a line.
//   log::info("order settled", {{"order_id", id}, {"amount", 4200}});
// Payloads, secrets and addresses of people are never logged. Lines carry request_id and trace_id of the
// scope they are written in; what is about one of a list is written in the scope of that one's trace.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace core::log {

struct Field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, double, bool> value;

    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const std::string& v) : name(n), value(std::string_view{v}) {}
    Field(std::string_view n, const char* v) : name(n), value(std::string_view{v}) {}
    Field(std::string_view n, bool v) : name(n), value(v) {}
    Field(std::string_view n, double v) : name(n), value(v) {}
    template <std::integral T>
    Field(std::string_view n, T v) : name(n), value(static_cast<std::int64_t>(v)) {}
};
using Fields = std::initializer_list<Field>;

// Level: debug, info, warn, error. Called once, by main.
void open(std::string_view service, std::string_view level);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});
// Lines below warn are written within a second; this writes them now.
void flush();

// Of the scope this thread is in; empty outside of any.
std::string_view current_request_id();

// While it lives, lines of this thread carry the request's id and trace.
class Scope {
public:
    Scope(std::string_view request_id, std::string_view trace_id);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

private:
    std::string_view outer_request_;
    std::string_view outer_trace_;
};

}  // namespace core::log
