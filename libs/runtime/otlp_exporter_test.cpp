#include "runtime/otlp_exporter.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include "core/json.hpp"

namespace runtime::otlp {
namespace {

constexpr auto kGiven = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::optional<Config> read_from(std::map<std::string, std::string> variables, bool fits = true) {
    core::Environment environment{[&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    }};
    auto config = read(environment, "payment");
    EXPECT_EQ(fits, [&] {
        try {
            environment.check();
            return true;
        } catch (const core::ConfigError&) {
            return false;
        }
    }());
    return config;
}

TEST(Otlp, IsOffUnlessAnEndpointIsNamed) {
    EXPECT_FALSE(read_from({}));
    EXPECT_FALSE(read_from({{"OTEL_EXPORTER_OTLP_ENDPOINT", ""}}));
}

TEST(Otlp, ReadsEndpointAndHeaders) {
    const auto config = read_from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://otel.example/base/"},
                                   {"OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20YQ%3D%3D, x=1"}});
    ASSERT_TRUE(config);
    EXPECT_EQ(config->endpoint, "https://otel.example/base");
    EXPECT_EQ(config->headers, (http::Headers{{"authorization", "Basic YQ=="}, {"x", "1"}}));
}

TEST(Otlp, RefusesWhatIsNoEndpointAndNoHeader) {
    read_from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"}}, false);
    for (const auto* headers : {"authorization", "=x", "x=a%0d%0ay: b"}) {
        read_from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"}, {"OTEL_EXPORTER_OTLP_HEADERS", headers}},
                  false);
    }
}

TEST(Otlp, WritesSpansAsTheSpecificationsJson) {
    const auto trace = telemetry::Trace::continue_from(kGiven);
    const telemetry::Span span{
        .kind = telemetry::Span::Kind::server,
        .name = "GET /a\"b",
        .trace = trace,
        .started = core::from_unix_us(1'700'000'000'000'001),
        .ended = core::from_unix_us(1'700'000'000'000'002),
        .attributes = {{"http.response.status_code", std::int64_t{503}}, {"url.path", "/a"}},
        .links = {*telemetry::Trace::linked(kGiven)},
        .failed = true};
    const auto json = core::json::Value::parse(to_json("payment", {&span, 1}));
    const auto& resource = json["resourceSpans"][0];
    EXPECT_EQ(resource["resource"]["attributes"][0].dump(),
              R"({"key":"service.name","value":{"stringValue":"payment"}})");
    EXPECT_EQ(resource["scopeSpans"][0]["spans"][0],
              core::json::Value::parse(R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":")" +
                                       trace.span_id +
                                       R"(","parentSpanId":"00f067aa0ba902b7","name":"GET /a\"b","kind":2,
        "startTimeUnixNano":"1700000000000001000","endTimeUnixNano":"1700000000000002000",
        "attributes":[{"key":"http.response.status_code","value":{"intValue":"503"}},{"key":"url.path","value":{"stringValue":"/a"}}],
        "links":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7"}],"status":{"code":2}})"));
}

TEST(Otlp, KeepsNoMoreThanItsBoundAndCountsTheRestAtOnce) {
    telemetry::Metrics metrics{"payment"};
    const auto dropped = [&metrics](int count) {
        const auto line = "spans_dropped_total{service=\"payment\"} " + std::to_string(count) + "\n";
        return metrics.scrape().find(line) != std::string::npos;
    };
    {
        const Exporter exporter{{.endpoint = "http://127.0.0.1:9",
                                 .service = "payment",
                                 .every = std::chrono::hours{1},
                                 .max_waiting = 10},
                                metrics};
        EXPECT_TRUE(telemetry::is_exported(telemetry::Trace::start()));
        EXPECT_FALSE(telemetry::is_exported(
            telemetry::Trace::continue_from("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")));
        for (int i = 0; i < 100; ++i)
            telemetry::export_span({.kind = telemetry::Span::Kind::internal,
                                    .name = "x",
                                    .trace = telemetry::Trace::start(),
                                    .started = core::now()});
        EXPECT_TRUE(dropped(90)) << metrics.scrape();
    }
    EXPECT_TRUE(dropped(100)) << metrics.scrape();
    EXPECT_FALSE(telemetry::is_exported(telemetry::Trace::start()));
}

// A socket that listens and is never read: a POST there waits.
class Hanging {
public:
    Hanging() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket_, any, size) != 0 || ::listen(socket_, 16) != 0 ||
            ::getsockname(socket_, any, &size) != 0)
            throw std::runtime_error("no socket");
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }
    ~Hanging() { ::close(socket_); }
    const std::string& url() const { return url_; }

private:
    int socket_;
    std::string url_;
};

TEST(Otlp, EndsInTimeHoweverMuchWaitsForACollectorThatHangs) {
    const Hanging collector;
    telemetry::Metrics metrics{"payment"};
    std::chrono::steady_clock::time_point ending;
    {
        const Exporter exporter{{.endpoint = collector.url(),
                                 .service = "payment",
                                 .deadline = std::chrono::milliseconds{300},
                                 .max_in_list = 1},
                                metrics};
        for (int i = 0; i < 20; ++i)
            telemetry::export_span({.kind = telemetry::Span::Kind::internal,
                                    .name = "x",
                                    .trace = telemetry::Trace::start(),
                                    .started = core::now()});
        ending = std::chrono::steady_clock::now();
    }
    EXPECT_LT(std::chrono::steady_clock::now() - ending, std::chrono::seconds{2});
    EXPECT_NE(metrics.scrape().find("spans_dropped_total{service=\"payment\"} 20\n"), std::string::npos);
}

TEST(Otlp, NobodyWantsSpansWithoutAnExporter) {
    EXPECT_FALSE(telemetry::is_exported(telemetry::Trace::start()));
}

}  // namespace
}  // namespace runtime::otlp
