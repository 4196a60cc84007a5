#include "runtime/service.hpp"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>

#include "core/log.hpp"
#include "core/periodic_task.hpp"
#include "core/variables.hpp"
#include "runtime/health_check.hpp"
#include "runtime/otlp_exporter.hpp"
#include "security/access_control.hpp"
#include "security/service_token.hpp"
#include "telemetry/process_metrics.hpp"

namespace runtime {
namespace {

struct Settings {
    http::ServerConfig server;
    std::vector<core::Secret> service_tokens;
    std::string log_level;
    std::chrono::milliseconds drain;
    std::filesystem::path swagger_ui;
    security::JwksClient::Config keys;
    std::chrono::milliseconds metrics_poll;
    std::optional<otlp::Config> spans;
};

void read_address(core::Environment& environment, http::ServerConfig& server) {
    const auto listen = environment.text(
        {"LISTEN", "host:port, such as 0.0.0.0:8101 or [::]:8101; 0 takes a free port and logs it"},
        "127.0.0.1:0");
    const auto colon = listen.rfind(':');
    const auto* end = listen.data() + listen.size();
    const auto* start = listen.data() + (colon == std::string::npos ? listen.size() : colon + 1);
    const auto [stop, error] = std::from_chars(start, end, server.port);
    if (colon == std::string::npos || error != std::errc{} || stop != end) {
        environment.fault("LISTEN", "must be host:port");
    }
    server.host = listen.substr(0, colon);
    if (server.host.starts_with('[') && server.host.ends_with(']'))
        server.host = server.host.substr(1, server.host.size() - 2);
}

Settings read_settings(core::Environment& environment, const std::string& name) {
    http::ServerConfig listen;
    read_address(environment, listen);
    Settings settings{
        .server = {},
        .service_tokens = security::service_token::read(environment),
        .log_level = environment.text({"LOG_LEVEL", "debug, info, warn or error"}, "info"),
        .drain = environment.milliseconds(
            {"DRAIN_MS",
             "after SIGTERM, between \"not ready\" and refusing requests, for the gateway to notice"},
            1500, 0, 60000),
        .swagger_ui =
            environment.text({"SWAGGER_UI_DIR", "folder of swagger-ui-dist, for the pages of /docs"}, ""),
        .keys = security::JwksClient::read(environment),
        .metrics_poll = environment.milliseconds(
            {"METRICS_POLL_MS", "how often the database is asked for what /metrics tells of it"}, 5000, 50,
            5000),
        .spans = otlp::read(environment, name),
    };
    settings.server.workers = static_cast<std::size_t>(
        environment.number({"WORKERS", "threads that handle requests which ask the database"}, 8, 1, 256));
    settings.server.loop_threads = static_cast<std::size_t>(
        environment.number({"LOOP_THREADS", "event loops that read and write connections"}, 2, 1, 64));
    settings.server.host = listen.host;
    settings.server.port = listen.port;
    const auto& level = settings.log_level;
    if (level != "debug" && level != "info" && level != "warn" && level != "error") {
        environment.fault("LOG_LEVEL", "must be debug, info, warn or error");
    }
    return settings;
}

// ---- the routes nobody writes twice

using http::Method;
using http::Request;
using http::Response;

core::Result<Response> file(const std::filesystem::path& path, const std::string& type) {
    std::ifstream in{path, std::ios::binary};
    if (!in) return core::not_found("the documentation's files are not installed here");
    std::string body{std::istreambuf_iterator<char>{in}, {}};
    return Response{200, std::move(body), type, {{"Cache-Control", "public, max-age=3600"}}};
}

std::string docs_page(const std::string& name) {
    const auto at = "/api/v1/" + name + "/docs/";
    return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + name +
           " – Quittance API</title><link rel=\"stylesheet\" href=\"" + at +
           "swagger-ui.css\"></head><body><div id=\"swagger-ui\"></div><script src=\"" + at +
           "swagger-ui-bundle.js\"></script><script src=\"" + at + "start.js\"></script></body></html>";
}

std::string docs_script(const std::string& name) {
    return "SwaggerUIBundle({url: '/api/v1/" + name +
           "/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null});\n";
}

void add_documentation(std::vector<http::Route>& routes, const std::string& name, std::string_view openapi,
                       const std::filesystem::path& ui) {
    const auto root = "/api/v1/" + name;
    const http::Headers policy{
        {"Content-Security-Policy",
         "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"}};
    const auto get = [&](const std::string& path, http::Handler handler) {
        routes.push_back({Method::get, root + path, http::kAnyone, std::move(handler)});
    };
    get("/openapi.json", [openapi](const Request&) { return http::json(200, std::string{openapi}); });
    get("/docs", [name, policy](const Request&) {
        return Response{200, docs_page(name), "text/html; charset=utf-8", policy};
    });
    get("/docs/start.js", [name](const Request&) {
        return Response{200, docs_script(name), "text/javascript"};
    });
    get("/docs/swagger-ui.css", [ui](const Request&) { return file(ui / "swagger-ui.css", "text/css"); });
    get("/docs/swagger-ui-bundle.js",
        [ui](const Request&) { return file(ui / "swagger-ui-bundle.js", "text/javascript"); });
}

void add_operations(std::vector<http::Route>& routes, const std::atomic<bool>& ready,
                    telemetry::Metrics& metrics) {
    routes.push_back(
        {Method::get, "/livez", http::kAnyone, http::AsyncHandler{[](Request&&, http::Responder respond) {
             respond({200, "ok\n", "text/plain"});
         }}});
    routes.push_back({Method::get, "/readyz", http::kAnyone,
                      http::AsyncHandler{[&ready](Request&&, http::Responder respond) {
                          respond(ready ? Response{200, "ok\n", "text/plain"}
                                        : Response{503, "not ready\n", "text/plain", {{"Retry-After", "1"}}});
                      }}});
    // No worker's: it tells that there is none left.
    routes.push_back({Method::get, "/metrics", http::kAnyone,
                      http::AsyncHandler{[&metrics](Request&&, http::Responder respond) {
                          respond({200, metrics.scrape(), "text/plain; version=0.0.4"});
                      }}});
}

bool asks_for_tokens(const std::vector<http::Route>& routes) {
    return std::ranges::any_of(routes, [](const auto& route) {
        return !route.roles.is_anyone() && !route.path.starts_with("/internal/");
    });
}

// ---- signals

sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

// Asks `ready` every half second until a stop signal comes.
void wait_for_stop(const sigset_t& signals, const std::function<bool()>& ready, std::atomic<bool>& is_ready) {
    constexpr timespec kHalfSecond{0, 500'000'000};
    do {
        const bool now_ready = ready();
        if (now_ready != is_ready.exchange(now_ready)) core::log::info(now_ready ? "ready" : "not ready");
        core::log::flush();
    } while (sigtimedwait(&signals, nullptr, &kHalfSecond) < 0);
}

void drain(http::Server& server, std::chrono::milliseconds notice, std::atomic<bool>& is_ready) {
    is_ready = false;
    core::log::info("stopping");
    std::this_thread::sleep_for(notice);  // the gateway sees /readyz and sends nothing new
    server.begin_drain();
    constexpr std::chrono::seconds kLongestRequest{15};
    if (!server.wait_drained(kLongestRequest)) core::log::warn("stopped with requests unanswered");
    server.stop();
}

int run(const std::string& name, std::string_view openapi,
        const std::function<App(core::Environment&, telemetry::Metrics&)>& build) {
    signal(SIGPIPE, SIG_IGN);
    const auto signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals,
                    nullptr);  // inherited by every thread; the main thread waits for them

    core::Environment environment;
    auto settings = read_settings(environment, name);
    core::log::open(name, settings.log_level);
    telemetry::Metrics metrics{name};
    metrics.gauge("build_info", "Always 1; the version is a label", {{"version", QUITTANCE_VERSION}})(1);
    telemetry::watch_process(metrics);
    std::atomic<bool> is_ready = false;

    std::optional<otlp::Exporter> exporter;
    if (settings.spans) exporter.emplace(*std::move(settings.spans), metrics);
    auto app = build(environment, metrics);
    std::vector<http::Route>
        routes;  // the first that fits is taken, so /orders/docs stands before /orders/:id
    add_operations(routes, is_ready, metrics);
    add_documentation(routes, name, openapi, settings.swagger_ui);
    std::ranges::move(app.routes, std::back_inserter(routes));
    settings.server.limits.body_bytes = app.body_bytes;
    std::optional<security::JwksClient> keys;
    if (asks_for_tokens(routes)) {
        if (app.jwks) settings.keys.fetch = app.jwks;
        keys.emplace(std::move(settings.keys), metrics);
    }
    const security::AccessControl access_control{name, std::move(settings.service_tokens),
                                                 keys ? &*keys : nullptr};
    http::Server server{std::move(settings.server), std::move(routes), metrics, access_control};
    const auto asking = core::run_periodically(settings.metrics_poll, "gauges can't be read",
                                               [&metrics](const std::stop_token&) { metrics.refresh(); });
    core::log::info("listening", {{"port", server.port()}, {"version", QUITTANCE_VERSION}});

    wait_for_stop(signals, app.ready, is_ready);
    drain(server, settings.drain, is_ready);
    app.stop();
    exporter.reset();  // sends what is left
    core::log::info("stopped");
    core::log::flush();
    return 0;
}

// ---- instead of serving

std::vector<core::VariableRules> variables(
    const std::string& name, const std::function<App(core::Environment&, telemetry::Metrics&)>& build) {
    auto environment = core::Environment::listing();
    read_settings(environment, name);
    telemetry::Metrics metrics{name};
    try {
        build(environment, metrics);
    } catch (const core::Environment::Listed&) {
    }
    return environment.rules();
}

int check_health(const std::string& name) {
    core::Environment environment;
    http::ServerConfig server;
    read_address(environment, server);
    environment.check();
    const auto fault = why_not_ready(server.host, server.port);
    if (fault) std::cerr << name << " is not ready: " << *fault << std::endl;
    return fault ? 1 : 0;
}

int print_usage(const std::string& name) {
    std::cerr << "usage: " << name
              << "                        serves; configured by environment variables\n"
                 "       "
              << name
              << " --variables[=markdown]  lists them\n"
                 "       "
              << name
              << " --healthcheck           exit status 0 when the one that listens at LISTEN is ready\n"
                 "       "
              << name << " --version" << std::endl;
    return 2;
}

}  // namespace

int serve(int argc, char** argv, const std::string& name, std::string_view openapi,
          const std::function<App(core::Environment&, telemetry::Metrics&)>& build) {
    const std::string_view argument = argc > 1 ? argv[1] : "";
    try {
        if (argc > 2) return print_usage(name);
        if (argument.empty()) return run(name, openapi, build);
        if (argument == "--healthcheck") return check_health(name);
        if (argument == "--version")
            std::cout << name << " " QUITTANCE_VERSION << std::endl;
        else if (core::asks_for_variables(argc, argv))
            core::print_variables(argv, variables(name, build));
        else
            return print_usage(name);
        return 0;
    } catch (const core::ConfigError& error) {
        std::fprintf(stderr, "%s: %s\n", name.c_str(), error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s can't start: %s\n", name.c_str(), error.what());
        return 1;
    }
}

postgres::Database::Config database_config(core::Environment& environment, long long default_connections) {
    postgres::Database::Config config;
    config.url = environment.text({"DATABASE_URL",
                                   "postgresql://role:password@host:port/database; several with blanks while "
                                   "a password is exchanged: the first that lets us in"});
    if (!config.url.empty() && !config.url.starts_with("postgresql://") &&
        !config.url.starts_with("postgres://")) {
        environment.fault("DATABASE_URL", "must start with postgresql://");
    }
    config.connections = static_cast<std::size_t>(environment.number(
        {"DATABASE_CONNECTIONS", "size of the pool of each process"}, default_connections, 1, 200));
    return config;
}

}  // namespace runtime
