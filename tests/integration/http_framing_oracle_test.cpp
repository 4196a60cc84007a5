// A second reader of the same bytes: whatever our framing takes for a request, Node's old parser must take
// for the same one. (Debian builds it without its strict mode, so it may take more; that is why it reads only
// here.)
#include <gtest/gtest.h>
#include <http_parser.h>

#include <cctype>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "http/body_parser.hpp"
#include "http/head_parser.hpp"

namespace {

using namespace http;

struct Message {
    std::string method;
    std::string target;
    Headers headers;
    std::string body;
    std::size_t length = 0;
};

std::optional<Message> read_by_us(const std::string& bytes) {
    const Limits limits;
    const auto found = HeadScanner{limits}.scan(bytes);
    Head head;
    if (found.length == 0 || parse_head(std::string_view{bytes}.substr(0, found.length), limits, head) != 0)
        return {};
    BodyReader body{head, limits};
    auto& request = head.request;
    const auto taken = body.feed(std::string_view{bytes}.substr(found.length), request.body);
    if (!body.complete()) return {};
    const bool has_query = bytes.find('?') < bytes.find("\r\n");
    return Message{std::string{to_string(request.method)},
                   request.path + (has_query ? "?" : "") + request.query, request.headers, request.body,
                   found.length + taken};
}

// A name follows a value or stands first; the parser tells both in pieces.
class Node {
public:
    std::optional<Message> read(const std::string& bytes) {
        http_parser_settings settings;
        http_parser_settings_init(&settings);
        settings.on_url = [](http_parser* p, const char* at, std::size_t n) {
            return node(p).message_.target.append(at, n), 0;
        };
        settings.on_header_field = [](http_parser* p, const char* at, std::size_t n) {
            return node(p).name({at, n}), 0;
        };
        settings.on_header_value = [](http_parser* p, const char* at, std::size_t n) {
            return node(p).value({at, n}), 0;
        };
        settings.on_headers_complete = [](http_parser* p) { return node(p).in_trailers_ = true, 0; };
        settings.on_body = [](http_parser* p, const char* at, std::size_t n) {
            return node(p).message_.body.append(at, n), 0;
        };
        settings.on_message_complete = [](http_parser* p) {
            node(p).complete_ = true;
            http_parser_pause(p, 1);
            return 0;
        };
        http_parser parser;
        http_parser_init(&parser, HTTP_REQUEST);
        parser.data = this;
        message_.length = http_parser_execute(&parser, &settings, bytes.data(), bytes.size());
        error_ = HTTP_PARSER_ERRNO(&parser);
        if (!complete_) return {};
        message_.method = http_method_str(static_cast<http_method>(parser.method));
        for (auto& header : message_.headers) header.second.erase(header.second.find_last_not_of(" \t") + 1);
        return message_;
    }

    // It takes Transfer-Encodingx for Transfer-Encoding and then misses the latter, and knows no tab after a
    // length.
    bool refused_by_mistake() const {
        return error_ == HPE_INVALID_TRANSFER_ENCODING || error_ == HPE_INVALID_CONTENT_LENGTH ||
               error_ == HPE_UNEXPECTED_CONTENT_LENGTH;
    }

private:
    static Node& node(http_parser* parser) { return *static_cast<Node*>(parser->data); }
    void name(std::string_view text) {
        if (in_trailers_) return;
        if (std::exchange(in_value_, false)) message_.headers.emplace_back();
        for (const char c : text) message_.headers.back().first += static_cast<char>(std::tolower(c));
    }
    void value(std::string_view text) {
        if (in_trailers_) return;
        in_value_ = true;
        message_.headers.back().second += text;
    }

    Message message_;
    bool in_value_ = true;
    bool in_trailers_ = false;
    bool complete_ = false;
    http_errno error_ = HPE_OK;
};

std::string mutated(std::mt19937& random) {
    static const std::string kSeeds[] = {
        "GET /a?b=c HTTP/1.1\r\nHost: t\r\nAccept: */*\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n",
        "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: "
        "t\r\n\r\n5\r\nhello\r\na;x=y\r\n0123456789\r\n0\r\nT: u\r\n\r\n",
        "DELETE / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 10\r\n\r\n0123456789",
        "PATCH /a HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    };
    static const std::string kBytes = "\r\n\r\n\t :;,/?%0159afx\x7f\xff" + std::string(1, '\0');
    auto bytes = kSeeds[random() % std::size(kSeeds)];
    for (auto changes = random() % 4; changes > 0; --changes) {
        const auto at = random() % bytes.size();
        const char byte = kBytes[random() % kBytes.size()];
        switch (random() % 4) {
            case 0: bytes.insert(at, 1 + random() % 2, byte); break;
            case 1: bytes.erase(at, 1 + random() % 2); break;
            case 2: std::swap(bytes[at], bytes[random() % bytes.size()]); break;
            default: bytes[at] = byte;
        }
    }
    return bytes;
}

TEST(HttpFramingOracle, WhatWeTakeForARequestAnotherParserTakesForTheSame) {
    std::mt19937 random{7};
    int both = 0;
    for (int i = 0; i < 300'000; ++i) {
        const auto bytes = mutated(random);
        const auto ours = read_by_us(bytes);
        if (!ours || ours->method == "OTHER") continue;
        Node node;
        const auto theirs = node.read(bytes);
        if (node.refused_by_mistake()) continue;
        ASSERT_TRUE(theirs) << testing::PrintToString(bytes);
        ASSERT_EQ(ours->method, theirs->method) << testing::PrintToString(bytes);
        ASSERT_EQ(ours->target, theirs->target) << testing::PrintToString(bytes);
        ASSERT_EQ(ours->headers, theirs->headers) << testing::PrintToString(bytes);
        ASSERT_EQ(ours->body, theirs->body) << testing::PrintToString(bytes);
        ASSERT_EQ(ours->length, theirs->length) << testing::PrintToString(bytes);
        ++both;
    }
    EXPECT_GT(both, 50'000);
}

}  // namespace
