#include "rest/resource.hpp"

#include <gtest/gtest.h>

namespace {

using core::json::Value;

struct Counter {
    int calls = 0;
};

core::Result<http::Response> count(Counter& counter, const http::Request& request) {
    ++counter.calls;
    return http::Response{200, request.body};
}

Value to_json(int number) {
    return {{"number", number}};
}

TEST(Bind, CallsTheHandlerWithItsService) {
    Counter counter;
    const auto handler = rest::bind(counter, count);
    http::Request request;
    request.body = "asked";
    EXPECT_EQ(handler(request)->body, "asked");
    EXPECT_EQ(counter.calls, 1);
}

TEST(PageOf, LeavesOutTheItemBeyondTheLimit) {
    const rest::Page page{.limit = 2, .starting_after = ""};
    EXPECT_EQ(rest::page_of(std::vector{1, 2, 3}, page, to_json).body,
              R"({"data":[{"number":1},{"number":2}],"has_more":true})");
    EXPECT_EQ(rest::page_of(std::vector{1, 2}, page, to_json).body,
              R"({"data":[{"number":1},{"number":2}],"has_more":false})");
    EXPECT_EQ(rest::page_of(std::vector<int>{}, page, to_json).body, R"({"data":[],"has_more":false})");
    EXPECT_EQ(rest::page_of(std::vector{1}, true, to_json).body,
              R"({"data":[{"number":1}],"has_more":true})");
}

TEST(OrNull, WritesTheValueItsConversionOrNull) {
    EXPECT_EQ(rest::or_null(std::optional{7}).dump(), "7");
    EXPECT_EQ(rest::or_null(std::optional<std::string>{}).dump(), "null");
    EXPECT_EQ(rest::or_null(std::optional{7}, to_json).dump(), R"({"number":7})");
    const auto time = core::parse_rfc3339("2026-11-21T05:47:52Z");
    EXPECT_EQ(rest::or_null(time), Value(core::to_rfc3339(*time)));
    EXPECT_EQ(rest::or_null(std::optional<core::Time>{}).dump(), "null");
}

TEST(Patch, IsAppliedToTheDocumentBeforeAndMeantForAVersion) {
    http::Request request;
    request.headers = {{"content-type", "application/merge-patch+json"}, {"if-match", "\"3\""}};
    request.body = R"({"b":null,"c":3})";
    const auto patch = rest::read_patch(request);
    ASSERT_TRUE(patch);
    EXPECT_EQ(patch->apply_to({{"a", 1}, {"b", 2}}).dump(), R"({"a":1,"c":3})");
    EXPECT_TRUE(patch->expected(3));
    EXPECT_FALSE(patch->expected(4));
    request.body = "no JSON";
    EXPECT_FALSE(rest::read_patch(request));
}

TEST(Responses, CarryTheETagThenTheLocation) {
    http::Request request;
    request.path = "/api/v1/things";
    const auto response =
        rest::created(request, rest::with_etag(rest::respond(201, {{"id", "t_1"}}), 1), "t_1");
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.body, R"({"id":"t_1"})");
    EXPECT_EQ(response.headers, (http::Headers{{"ETag", "\"1\""}, {"Location", "/api/v1/things/t_1"}}));
    EXPECT_EQ(rest::with_etag({}, 3, "500").headers, (http::Headers{{"ETag", "\"3.500\""}}));
}

}  // namespace
