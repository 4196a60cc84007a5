#include "quittance/logs/log_line.hpp"

#include <gtest/gtest.h>

#include "core/json.hpp"

namespace quittance {
namespace {

using Json = core::json::Value;  // Docker writes "log" first

LogLine stored(const std::string& text, const std::string& file = "/run/log/payment/current") {
    const Json envelope{{"host", "box"}, {"file", file}, {"offset", "7"}, {"line", text}};
    return to_log_line(read_shipped_line(envelope.dump(), "box"));
}

TEST(LogLine, KnowsWhatAServicesLineSays) {
    const auto line = stored(
        R"({"ts":"2026-11-21T05:47:52.308Z","level":"warn","service":"orders","message":"request","request_id":"r-1",)"
        R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","path":"/api/v1/orders/ord_0123456789/ship?x=1","event_id":"evt_01234567"})");
    EXPECT_EQ(core::to_rfc3339(line.at), "2026-11-21T05:47:52.308000Z");
    EXPECT_EQ(line.service, "orders");
    EXPECT_EQ(line.instance, "payment");
    EXPECT_EQ(line.level, "warn");
    EXPECT_EQ(line.request_id, "r-1");
    EXPECT_EQ(line.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(line.about, (std::vector<std::string>{"evt_01234567", "ord_0123456789"}));
}

TEST(LogLine, TakesAnyTextAsAMessage) {
    for (const std::string& text :
         {std::string{"Segmentation fault"}, std::string{}, std::string{"{\"half"}, std::string{"[1,2]"},
          std::string{R"({"no":"time"})"}, std::string{"'; DROP TABLE log_lines; --"}}) {
        const auto line = stored(text);
        EXPECT_EQ(line.message, text);
        EXPECT_EQ(line.json, "{}");
        EXPECT_EQ(line.service, "payment");
    }
}

TEST(LogLine, HasNothingPostgresqlRefuses) {
    const auto line = stored(
        R"({"ts":"2026-11-21T05:47:52Z","message":"a\u0000b","path":"C:\\u0000","deep":{"x":"\u0000"}})");
    EXPECT_EQ(line.message, "a b");
    EXPECT_EQ(line.json.find("\\\\u0000") != std::string::npos, true) << "a backslash and u0000 is no NUL";
    const auto json = Json::parse(line.json);
    EXPECT_EQ(json["message"], "a\ufffdb");
    EXPECT_EQ(json["path"], "C:\\u0000");
    EXPECT_EQ(json["deep"]["x"], "\ufffd");
    EXPECT_EQ(stored(std::string{"a\0b", 3}).message, "a b");
}

TEST(LogLine, RepairsBytesThatAreNoText) {
    const auto line = to_log_line(read_shipped_line(
        "{\"host\":\"h\",\"file\":\"/l/a/current\",\"offset\":\"0\",\"line\":\"a\xff\"}", "h"));
    EXPECT_EQ(line.message, "a\ufffd");
    EXPECT_EQ(to_log_line(read_shipped_line("\xff", "h")).message, "\ufffd");
}

TEST(LogLine, SurvivesNestingWithoutEnd) {
    const std::string deep =
        R"({"ts":"2026-11-21T05:47:52Z","x":)" + std::string(200'000, '[') + std::string(200'000, ']') + "}";
    EXPECT_LT(stored(deep).json.size(), 1000U);
    EXPECT_LT(stored(std::string(400'000, '[')).json.size(), 1000U);
}

TEST(LogLine, HasNoIdThatIsTooLongOrHasOtherBytes) {
    const auto id_of = [](const std::string& id) {
        return stored(R"({"ts":"2026-11-21T00:00:00Z","request_id":")" + id + R"(","trace_id":")" + id +
                      "\"}");
    };
    for (const auto& id : {std::string(128, 'a'), std::string{"r-1.x~"}}) {
        EXPECT_EQ(id_of(id).request_id, id);
        EXPECT_EQ(id_of(id).trace_id, id);
    }
    for (const auto& id :
         {std::string(129, 'a'), std::string(127, 'a') + "é", std::string{"é"}, std::string{"a b"},
          std::string{"\\u0000"}, std::string{"\\u001b"}, std::string{"\x7f"}}) {
        EXPECT_EQ(id_of(id).request_id, "") << id;
        EXPECT_EQ(id_of(id).trace_id, "") << id;
    }
}

TEST(LogLine, IsNotFromTheFuture) {
    const auto now = core::now();
    const auto ahead = [now](std::chrono::hours by) { return core::to_rfc3339(now + by); };
    const auto at = [](const std::string& ts) {
        return stored(R"({"ts":")" + ts + R"(","message":"m"})").at;
    };
    EXPECT_EQ(core::to_rfc3339(at(ahead(std::chrono::hours{23}))), ahead(std::chrono::hours{23}));
    for (const auto& ts : {ahead(std::chrono::hours{25}), std::string{"9999-01-01T00:00:00Z"}}) {
        EXPECT_GE(at(ts), now) << ts;
        EXPECT_LT(at(ts), now + std::chrono::minutes{1}) << ts;
    }
    const Json wrapper{{"log", "{\"ts\":\"9999-01-01T00:00:00Z\",\"message\":\"m\"}\n"},
                       {"stream", "stdout"},
                       {"time", "2026-11-21T05:47:53Z"}};
    EXPECT_EQ(core::to_rfc3339(stored(wrapper.dump()).at), "2026-11-21T05:47:53.000000Z");
    auto lying = wrapper;
    lying["time"] = "9999-01-01T00:00:00Z";
    EXPECT_LT(stored(lying.dump()).at, now + std::chrono::minutes{1});
}

TEST(LogLine, IsTakenOutOfDockersWrapper) {
    const Json wrapper{{"log", "{\"ts\":\"2026-11-21T05:47:52Z\",\"service\":\"auth\",\"message\":\"hi\"}\n"},
                       {"stream", "stdout"},
                       {"attrs", {{"tag", "quittance_auth_1"}, {"com.docker.compose.service", "auth"}}},
                       {"time", "2026-11-21T05:47:53.5Z"}};
    const auto file =
        "/var/lib/docker/containers/" + std::string(64, 'a') + "/" + std::string(64, 'a') + "-json.log";
    const auto line = stored(wrapper.dump(), file);
    EXPECT_EQ(line.service, "auth");
    EXPECT_EQ(line.instance, "quittance_auth_1");
    EXPECT_EQ(line.message, "hi");
    EXPECT_EQ(core::to_rfc3339(line.at), "2026-11-21T05:47:52.000000Z");

    auto plain = wrapper;
    plain["log"] = "ready\r\n";
    EXPECT_EQ(stored(plain.dump(), file).message, "ready");
    EXPECT_EQ(core::to_rfc3339(stored(plain.dump(), file).at), "2026-11-21T05:47:53.500000Z");
    plain.erase("attrs");
    EXPECT_EQ(stored(plain.dump(), file).instance, std::string(12, 'a'));

    auto piece = wrapper;
    piece["log"] = "cut";
    const Json envelope{{"host", "h"}, {"file", file}, {"offset", "0"}, {"line", piece.dump()}};
    EXPECT_FALSE(read_shipped_line(envelope.dump(), "h").is_whole);
}

}  // namespace
}  // namespace quittance
