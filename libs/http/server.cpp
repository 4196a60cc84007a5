#include "http/server.hpp"

#include <algorithm>

#include "core/clock.hpp"
#include "core/json_writer.hpp"
#include "core/log.hpp"
#include "core/unavailable.hpp"
#include "http/request_metrics.hpp"
#include "http/worker_pool.hpp"
#include "telemetry/span.hpp"

namespace http {

// ---- problems

namespace {

struct Title {
    int status;
    std::string_view text;
};

Title title_of(core::Kind kind) {
    switch (kind) {
        case core::Kind::malformed: return {400, "Not readable"};
        case core::Kind::invalid: return {422, "Not valid"};
        case core::Kind::unauthorized: return {401, "Unauthorized"};
        case core::Kind::forbidden: return {403, "Forbidden"};
        case core::Kind::not_found: return {404, "Not found"};
        case core::Kind::conflict: return {409, "Conflict"};
        case core::Kind::outdated: return {412, "Precondition failed"};
        case core::Kind::too_large: return {413, "Too large"};
        case core::Kind::unsupported: return {415, "Unsupported media type"};
        case core::Kind::unavailable: return {503, "Unavailable"};
    }
    return {500, "Internal error"};
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out += out.ends_with('{') ? "\"" : ",\"";
    out += name;
    out += "\":";
    core::json::append_text(out, text);
}

Response build_problem(Title title, std::string_view detail, const std::vector<core::FieldError>& fields,
                       const std::string& request_id) {
    std::string body = "{";
    append_member(body, "type", "about:blank");
    append_member(body, "title", title.text);
    body += ",\"status\":" + std::to_string(title.status);
    if (!detail.empty()) append_member(body, "detail", detail);
    append_member(body, "request_id", request_id);
    if (!fields.empty()) {
        body += ",\"errors\":[";
        for (const auto& fault : fields) {
            body += &fault == fields.data() ? "{" : ",{";
            append_member(body, "field", fault.field);
            append_member(body, "detail", fault.detail);
            body += '}';
        }
        body += ']';
    }
    body += '}';
    Response response{title.status, std::move(body), "application/problem+json"};
    if (title.status == 503) response.headers.emplace_back("Retry-After", "2");
    if (title.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

}  // namespace

Response problem(const core::Error& error, const std::string& request_id) {
    return build_problem(title_of(error.kind), error.detail, error.fields, request_id);
}

Response problem(int status, std::string_view title, std::string_view detail, const std::string& request_id) {
    return build_problem({status, title}, detail, {}, request_id);
}

// ---- the table of routes

namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const auto end = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

struct TableRow {
    Route route;
    std::vector<std::string_view> segments;  // of route.path
    RequestMetrics counts;

    bool matches(const std::vector<std::string_view>& path) const {
        if (path.size() != segments.size()) return false;
        for (std::size_t i = 0; i < path.size(); ++i) {
            const bool value = segments[i].starts_with(':');
            if (value ? path[i].empty() : path[i] != segments[i]) return false;
        }
        return true;
    }
};

bool serves(Method offered, Method asked) {
    return offered == asked || (offered == Method::get && asked == Method::head);
}

struct Match {
    const TableRow* row = nullptr;
    std::string allow;  // when the path is known but not the method
};

class RouteTable {
public:
    RouteTable(std::vector<Route> routes, telemetry::Metrics& metrics) : unknown_(metrics, "any", "unknown") {
        rows_.reserve(routes.size());
        for (auto& route : routes) {
            RequestMetrics counts{metrics, std::string{to_string(route.method)}, route.path};
            auto& row = rows_.emplace_back(TableRow{std::move(route), {}, std::move(counts)});
            row.segments = segments_of(row.route.path);
        }
    }

    const RequestMetrics& counts(const Match& match) const {
        return match.row == nullptr ? unknown_ : match.row->counts;
    }

    Match find(Request& request) const {
        const auto path = segments_of(request.path);
        Match match;
        for (const auto& row : rows_) {
            if (!row.matches(path)) continue;
            if (!serves(row.route.method, request.method)) {
                match.allow += (match.allow.empty() ? "" : ", ") + std::string{to_string(row.route.method)};
                continue;
            }
            for (std::size_t i = 0; i < path.size(); ++i) {
                if (!row.segments[i].starts_with(':')) continue;
                request.path_values.emplace_back(row.segments[i].substr(1), path[i]);
            }
            match.row = &row;
            break;
        }
        return match;
    }

private:
    std::vector<TableRow> rows_;
    const RequestMetrics unknown_;
};

// ---- the boundary

// Stands between a handler and the engine: completes the answer, counts it, writes the request's one log
// line.
class RequestContext : public Responder::Target {
public:
    RequestContext(const Request& request, const TableRow* row, const RequestMetrics& counts,
                   Responder engine)
        : method_(request.method),
          path_(request.path),
          request_id_(request.request_id),
          trace_(request.trace),
          row_(row),
          counts_(counts),
          engine_(std::move(engine)) {}

    void answer(Response response) override {
        using namespace std::chrono;
        const duration<double> took = steady_clock::now() - started_;
        counts_.add(response.status, took.count());
        {
            const core::log::Scope scope{request_id_, trace_.trace_id};
            const auto write = is_probe() ? core::log::debug : core::log::info;
            write("request", {{"method", to_string(method_)},
                              {"path", path_},
                              {"status", response.status},
                              {"location", location_of(response)},
                              {"ms", took.count() * 1000}});
        }
        if (telemetry::is_exported(trace_) && !is_probe()) telemetry::export_span(span_of(response, took));
        response.headers.emplace_back("X-Request-Id", request_id_);
        response.headers.emplace_back("traceparent", trace_.header());
        engine_(std::move(response));
    }

private:
    telemetry::Span span_of(const Response& response, std::chrono::duration<double> took) const {
        const auto ended = core::now();
        const auto route = row_ != nullptr ? row_->route.path : std::string{};
        const std::string method{to_string(method_)};
        return {.kind = telemetry::Span::Kind::server,
                .name = route.empty() ? method : method + " " + route,
                .trace = trace_,
                .started = ended - std::chrono::duration_cast<core::Time::duration>(took),
                .ended = ended,
                .attributes = {{"http.request.method", method},
                               {"http.route", route},
                               {"url.path", path_},
                               {"http.response.status_code", std::int64_t{response.status}},
                               {"quittance.request_id", request_id_}},
                .failed = response.status >= 500};
    }

    // What was made, so that its log begins with the request that made it.
    static std::string_view location_of(const Response& response) {
        const auto found = std::ranges::find(response.headers, "Location", &Headers::value_type::first);
        return found == response.headers.end() ? std::string_view{} : found->second;
    }

    // Health checks come several times a second and say nothing new.
    bool is_probe() const { return path_ == "/readyz" || path_ == "/livez" || path_ == "/metrics"; }

    const Method method_;
    const std::string path_;
    const std::string request_id_;
    const telemetry::Trace trace_;
    const TableRow* row_;  // null: no such route
    const RequestMetrics& counts_;
    const core::Monotonic started_ = std::chrono::steady_clock::now();
    Responder engine_;
};

Response run_handler(const Handler& handler, const Request& request) {
    const core::log::Scope scope{request.request_id, request.trace.trace_id};
    const telemetry::TraceScope traced{request.trace};
    try {
        auto result = handler(request);
        return result ? *std::move(result) : problem(result.error(), request.request_id);
    } catch (const core::Unavailable& error) {
        core::log::error("database unavailable", {{"error", std::string{error.what()}}});
        return problem({core::Kind::unavailable, "the database is not available, try again"},
                       request.request_id);
    } catch (const std::exception& error) {
        core::log::error("unexpected error", {{"error", std::string{error.what()}}});
        return problem(500, "Internal error", "this is our fault and has been logged", request.request_id);
    }
}

}  // namespace

Response answer(const Handler& handler, const Request& request) {
    return run_handler(handler, request);
}

constexpr WorkerPoolNames kWorkerNames{
    .threads = {"http_workers", "Threads for handlers that may block"},
    .busy = {"http_workers_busy", "Such threads at work"},
    .waiting = {"http_workers_waiting", "Requests that wait for such a thread"},
    .refused = {"http_workers_refused_total", "Requests answered 503 because too many waited"},
    .too_many = "too much to do, try again"};

class Server::Impl {
public:
    Impl(const ServerConfig& config, std::vector<Route> routes, telemetry::Metrics& metrics,
         const Authenticator& authenticator)
        : authenticator_(authenticator),
          table_(std::move(routes), metrics),
          workers_(config.workers, config.worker_queue, metrics, kWorkerNames),
          engine_(config.host, config.port, config.loop_threads, config.limits,
                  [this](Request&& request, Responder responder) {
                      take(std::move(request), std::move(responder));
                  }) {
        const auto in_flight =
            metrics.gauge("http_requests_in_flight", "Requests taken and not yet answered");
        metrics.on_scrape([this, in_flight] { in_flight(static_cast<double>(engine_.in_flight())); });
    }

    ~Impl() {
        engine_.stop();
        workers_.stop();
    }

    // On the event loop.
    void take(Request&& request, Responder engine) {
        const auto match = table_.find(request);
        Responder respond{
            std::make_shared<RequestContext>(request, match.row, table_.counts(match), std::move(engine))};
        if (match.row == nullptr) return respond(unknown(request, match.allow));
        const auto& route = match.row->route;
        // A signature costs too much for a thread that serves every connection.
        if (!authenticator_.knows(route, request))
            return verify_on_worker(route, std::move(request), std::move(respond));
        if (auto refusal = authenticator_.refuse(route, request)) {
            return respond(problem(*refusal, request.request_id));
        }
        run(route, std::move(request), std::move(respond));
    }

    std::atomic<bool> draining_ = false;

private:
    struct Job {
        Request request;
        Responder respond;
    };

    static Response unknown(const Request& request, const std::string& allow) {
        if (allow.empty())
            return problem({core::Kind::not_found, "there is nothing at this path"}, request.request_id);
        auto response = problem(405, "Method not allowed", "this path takes " + allow, request.request_id);
        response.headers.emplace_back("Allow",
                                      allow.find("GET") == std::string::npos ? allow : allow + ", HEAD");
        return response;
    }

    static Response going_down(const Request& request) {
        return problem({core::Kind::unavailable, "shutting down, try again"}, request.request_id);
    }

    void verify_on_worker(const Route& route, Request&& request, Responder respond) {
        on_worker(std::move(request), std::move(respond), [this, &route](Job& job) {
            if (auto refusal = authenticator_.verify(route, job.request)) {
                return job.respond(problem(*refusal, job.request.request_id));
            }
            if (draining_) return job.respond(going_down(job.request));
            answer(route, job);
        });
    }

    void run(const Route& route, Request&& request, Responder respond) {
        if (draining_) return respond(going_down(request));
        if (const auto* direct = std::get_if<AsyncHandler>(&route.handler)) {
            return (*direct)(std::move(request), std::move(respond));
        }
        on_worker(std::move(request), std::move(respond), [&route](Job& job) { answer(route, job); });
    }

    static void answer(const Route& route, Job& job) {
        if (const auto* direct = std::get_if<AsyncHandler>(&route.handler)) {
            return (*direct)(std::move(job.request), std::move(job.respond));
        }
        job.respond(run_handler(std::get<Handler>(route.handler), job.request));
    }

    template <class Work>
    void on_worker(Request&& request, Responder respond, Work work) {
        // std::function copies, a Responder must not be copied: both live behind one pointer.
        const auto job = std::make_shared<Job>(Job{std::move(request), std::move(respond)});
        std::function<void()> task = [job, work] {
            try {
                work(*job);
            } catch (const std::exception& error) {  // the responder answers 500 when it goes
                core::log::error("unexpected error", {{"error", std::string{error.what()}}});
            }
        };
        if (!workers_.offer(task)) {
            job->respond(problem(workers_.too_many(), job->request.request_id));
        }
    }

    const Authenticator& authenticator_;
    RouteTable table_;
    WorkerPool workers_;

public:
    Engine engine_;
};

Server::Server(ServerConfig config, std::vector<Route> routes, telemetry::Metrics& metrics,
               const Authenticator& authenticator)
    : impl_(std::make_unique<Impl>(config, std::move(routes), metrics, authenticator)) {}
Server::~Server() = default;

std::uint16_t Server::port() const {
    return impl_->engine_.port();
}

void Server::begin_drain() {
    impl_->draining_ = true;
    impl_->engine_.begin_drain();
}

bool Server::wait_drained(std::chrono::milliseconds at_most) {
    return impl_->engine_.wait_drained(at_most);
}
void Server::stop() {
    impl_->engine_.stop();
}

}  // namespace http
