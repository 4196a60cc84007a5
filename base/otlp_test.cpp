#include "base/otlp.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace base::otlp {
namespace {

constexpr auto kGiven = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::optional<Config> read_from(std::map<std::string, std::string> variables, bool fits = true) {
    Environment environment{[&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    }};
    auto config = read(environment, "payment");
    EXPECT_EQ(fits, [&] {
        try {
            environment.check();
            return true;
        } catch (const ConfigError&) {
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
    const auto trace = Trace::continue_from(kGiven);
    const Span span{.kind = Span::Kind::server,
                    .name = "GET /a\"b",
                    .trace = trace,
                    .started = from_unix_us(1'700'000'000'000'001),
                    .ended = from_unix_us(1'700'000'000'000'002),
                    .attributes = {{"http.response.status_code", std::int64_t{503}}, {"url.path", "/a"}},
                    .links = {*Trace::linked(kGiven)},
                    .failed = true};
    const auto json = nlohmann::json::parse(to_json("payment", {&span, 1}));
    const auto& resource = json["resourceSpans"][0];
    EXPECT_EQ(resource["resource"]["attributes"][0].dump(),
              R"({"key":"service.name","value":{"stringValue":"payment"}})");
    EXPECT_EQ(
        resource["scopeSpans"][0]["spans"][0],
        nlohmann::json::parse(R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":")" + trace.span_id +
                              R"(","parentSpanId":"00f067aa0ba902b7","name":"GET /a\"b","kind":2,
        "startTimeUnixNano":"1700000000000001000","endTimeUnixNano":"1700000000000002000",
        "attributes":[{"key":"http.response.status_code","value":{"intValue":"503"}},{"key":"url.path","value":{"stringValue":"/a"}}],
        "links":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7"}],"status":{"code":2}})"));
}

TEST(Otlp, DropsAndCountsWhatIsTooMuchForACollectorThatIsAway) {
    Metrics metrics{"payment"};
    {
        const Exporter exporter{{.endpoint = "http://127.0.0.1:9", .service = "payment", .most_waiting = 10},
                                metrics};
        EXPECT_TRUE(is_exported(Trace::start()));
        EXPECT_FALSE(
            is_exported(Trace::continue_from("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")));
        for (int i = 0; i < 100; ++i)
            export_span(
                {.kind = Span::Kind::internal, .name = "x", .trace = Trace::start(), .started = now()});
    }
    EXPECT_NE(metrics.scrape().find("spans_dropped_total{service=\"payment\"} 100"), std::string::npos)
        << metrics.scrape();
    EXPECT_FALSE(is_exported(Trace::start()));
}

TEST(Otlp, NobodyWantsSpansWithoutAnExporter) {
    EXPECT_FALSE(is_exported(Trace::start()));
}

}  // namespace
}  // namespace base::otlp
