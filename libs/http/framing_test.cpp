#include <gtest/gtest.h>

#include "http/body_parser.hpp"
#include "http/head_parser.hpp"
#include "http/response_writer.hpp"

namespace http {
namespace {

const Limits kLimits;

HeadScanner::Found scan_byte_by_byte(std::string_view bytes) {
    HeadScanner scanner{kLimits};
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        if (const auto found = scanner.scan(bytes.substr(0, size)); found.length != 0 || found.refusal != 0)
            return found;
    }
    return scanner.scan(bytes);
}

TEST(HeadScanner, FindsTheSameEndHoweverTheBytesCome) {
    for (const std::string_view bytes :
         {"GET / HTTP/1.1\r\nHost: t\r\n\r\nrest", "\r\n", "GET / HTTP/1.1\r\n",
          "GET / HTTP/1.1\nHost: t\n\n", "GET /\r \r\n\r\n", "A\x01", ""}) {
        const auto at_once = HeadScanner{kLimits}.scan(bytes);
        const auto bytewise = scan_byte_by_byte(bytes);
        EXPECT_EQ(at_once.length, bytewise.length) << bytes;
        EXPECT_EQ(at_once.refusal, bytewise.refusal) << bytes;
    }
    EXPECT_EQ(HeadScanner{kLimits}.scan("GET / HTTP/1.1\r\nHost: t\r\n\r\nrest").length, 27U);
}

TEST(ParseHead, TakesTheRequestApart) {
    Head head;
    ASSERT_EQ(
        parse_head(
            "PATCH /a/b?c=d%20e?f HTTP/1.1\r\nHOST: t\r\nX-A:  b \t\r\nx-a:c\r\nContent-Length: 7\r\n\r\n",
            kLimits, head),
        0);
    const auto& request = head.request;
    EXPECT_EQ(request.method, Method::patch);
    EXPECT_EQ(request.path, "/a/b");
    EXPECT_EQ(request.query, "c=d%20e?f");
    EXPECT_EQ(request.headers, (Headers{{"host", "t"}, {"x-a", "b"}, {"x-a", "c"}, {"content-length", "7"}}));
    EXPECT_EQ(head.content_length, 7U);
    EXPECT_TRUE(request.keep_alive);
    EXPECT_FALSE(head.chunked);
}

Head chunked_head() {
    Head head;
    head.chunked = true;
    return head;
}

TEST(BodyReader, TakesExactlyItsOwnBytesHoweverTheyCome) {
    const std::string_view wire = "5;x=y\r\nhello\r\n7\r\n, world\r\n0\r\nA: b\r\n\r\n";
    const auto with_next = std::string{wire} + "GET / HTTP/1.1\r\n";
    for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
        BodyReader reader{chunked_head(), kLimits};
        std::string body;
        const auto first = reader.feed(std::string_view{with_next}.substr(0, cut), body);
        EXPECT_EQ(first, cut);
        EXPECT_EQ(reader.complete(), cut == wire.size());
        EXPECT_EQ(reader.feed(std::string_view{with_next}.substr(cut), body), wire.size() - cut);
        EXPECT_TRUE(reader.complete());
        EXPECT_EQ(body, "hello, world");
    }
}

TEST(BodyReader, CountsABodyOfKnownLength) {
    Head head;
    head.content_length = 5;
    BodyReader reader{head, kLimits};
    std::string body;
    EXPECT_EQ(reader.feed("he", body), 2U);
    EXPECT_FALSE(reader.complete());
    EXPECT_EQ(reader.feed("lloGET", body), 3U);
    EXPECT_TRUE(reader.complete());
    EXPECT_EQ(body, "hello");
    EXPECT_TRUE((BodyReader{Head{}, kLimits}.complete()));
}

TEST(BodyReader, StopsAtItsLimitWhileDecoding) {
    Limits limits;
    limits.body_bytes = 8;
    BodyReader reader{chunked_head(), limits};
    std::string body;
    reader.feed("5\r\nhello\r\n4", body);
    EXPECT_EQ(reader.refusal(), 413);
    EXPECT_EQ(body, "hello");
}

TEST(WriteAnswer, IsWholeAndOurs) {
    const auto answer = write_answer({201, "{}", "application/json", {{"ETag", "\"1\""}, {"Bad", "a\nb"}}},
                                     Method::post, true);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 Created\r\nDate: ")) << answer;
    EXPECT_TRUE(answer.ends_with(
        "GMT\r\nConnection: keep-alive\r\nContent-Length: 2\r\nContent-Type: application/json\r\n"
        "ETag: \"1\"\r\n\r\n{}"))
        << answer;
}

TEST(WriteAnswer, HasNoBodyWhereNoneMayBe) {
    EXPECT_TRUE(
        write_answer({200, "{}"}, Method::head, false).ends_with("Content-Type: application/json\r\n\r\n"));
    for (const int status : {204, 304}) {
        const auto answer = write_answer({status, "{}"}, Method::get, false);
        EXPECT_EQ(answer.find("Content-"), std::string::npos);
        EXPECT_TRUE(answer.ends_with("Connection: close\r\n\r\n"));
    }
}

}  // namespace
}  // namespace http
