#include "rest/etag.hpp"

#include <gtest/gtest.h>

namespace rest {
namespace {

http::Request with(const char* header, std::string value) {
    http::Request request;
    request.headers.emplace_back(header, std::move(value));
    return request;
}

struct Case {
    const char* if_match;
    bool meant_for_3;
};
constexpr Case kCases[] = {
    {R"("3")", true},       {R"("2", "3")", true}, {R"("2","3")", true},  {R"("3.500.0")", true},
    {R"("13", "3")", true}, {R"("4")", false},     {R"("13")", false},    {R"("33")", false},
    {R"("33.500")", false}, {R"(W/"3")", false},   {R"(W/"3.5")", false}, {"3", false},
    {R"("5.3.1")", false},  {"", false},
};

TEST(Etag, AChangeIsMeantForAVersionWhateverStandsBesideIt) {
    for (const auto& [if_match_, meant] : kCases) {
        EXPECT_EQ(if_match(with("if-match", if_match_))(3), meant) << if_match_;
    }
}

TEST(Etag, WithoutIfMatchAnyVersionWillDo) {
    EXPECT_FALSE(if_match({}));
    EXPECT_FALSE(if_match(with("if-match", "*")));
}

TEST(Etag, AReaderWhoHasExactlyThisGetsOnlyItsTag) {
    const http::Response shown{.status = 200, .body = "{}", .headers = {{"ETag", etag(3, "500")}}};
    const auto status = [&](const http::Request& request) {
        return not_modified_or(request, shown, "no-cache").status;
    };
    EXPECT_EQ(status(with("if-none-match", R"("3.500")")), 304);
    EXPECT_EQ(status(with("if-none-match", R"("1", W/"3.500")")), 304);
    EXPECT_EQ(status(with("if-none-match", "*")), 304);
    EXPECT_EQ(status(with("if-none-match", R"("3")")), 200);
    EXPECT_EQ(status(with("if-none-match", R"("3.5001")")), 200);
    EXPECT_EQ(status({}), 200);
    const auto known = not_modified_or(with("if-none-match", "*"), shown, "no-cache");
    EXPECT_EQ(known.body, "");
    EXPECT_EQ(known.headers, (http::Headers{{"ETag", "\"3.500\""}, {"Cache-Control", "no-cache"}}));
}

}  // namespace
}  // namespace rest
