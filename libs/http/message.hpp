// Requests and answers as every service sees them; nothing of the engine underneath.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/caller.hpp"
#include "telemetry/trace_context.hpp"

namespace http {

enum class Method { get, head, post, put, patch, del, options, other };
std::string_view to_string(Method method);

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    Method method = Method::get;
    std::string path;   // as sent; percent-encoding in it was refused
    std::string query;  // as sent, without the question mark
    Headers headers;    // names in lower case, values trimmed, in order, duplicates kept
    std::string body;   // byte for byte; chunked encoding already taken off
    bool keep_alive = true;

    std::optional<Caller> caller;  // whose token it bears, also where none is asked for
    std::string request_id;        // the gateway's, or a new one
    telemetry::Trace trace;
    std::vector<std::pair<std::string, std::string>> path_values;  // filled by the router: id → ord_…

    // The first header of that lower-case name; null when there is none.
    const std::string* header(std::string_view name) const;
    // Whether the caller is known and has this role.
    bool by(Role role) const { return caller && caller->role == role; }
    // What `:name` of the route stood for. Throws std::out_of_range for a name the route does not have.
    const std::string& path_value(std::string_view name) const;
    // The query's first `name`, percent-decoded; empty optional when absent or not decodable.
    std::optional<std::string> query_value(std::string_view name) const;
    // Every name of the query in order, percent-decoded, so that a handler can refuse those it does not know.
    std::vector<std::string> query_names() const;
};

struct Response {
    int status = 200;
    std::string body = {};
    std::string content_type = "application/json";
    Headers headers = {};
};

// The right to answer one request, once, from any thread. Destroyed unused, it answers 500.
class Responder {
public:
    class Target {
    public:
        virtual ~Target() = default;
        // Called exactly once for each request.
        virtual void answer(Response response) = 0;
    };

    explicit Responder(std::shared_ptr<Target> target) : target_(std::move(target)) {}
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&&) noexcept = delete;
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;
    ~Responder() {
        if (target_)
            target_->answer({500, R"({"title":"Internal error","status":500})", "application/problem+json"});
    }

    void operator()(Response response) { std::exchange(target_, nullptr)->answer(std::move(response)); }

private:
    std::shared_ptr<Target> target_;
};

}  // namespace http
