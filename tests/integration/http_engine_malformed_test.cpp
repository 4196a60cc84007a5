// Whatever bytes come: the right status or a closed connection, nothing executed that was not a request, and
// the next client served.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <span>
#include <thread>

#include "http/engine.hpp"
#include "raw_client.hpp"

namespace {

using namespace std::chrono_literals;
using http::Engine;
using http::Limits;
using http::Request;
using http::Responder;
using namespace testing_http;

constexpr std::size_t kBodyLimit = 64 << 10;

Limits test_limits() {
    Limits limits;
    limits.body_bytes = kBodyLimit;
    limits.head_timeout = 400ms;
    limits.body_timeout = 400ms;
    limits.idle_timeout = 60s;
    return limits;
}

struct Case {
    const char* what;
    std::string bytes;
    int status;
};

class HttpEngineMalformed : public testing::Test {
protected:
    void expect_each(std::span<const Case> cases) {
        for (const auto& [what, bytes, status] : cases) {
            EXPECT_EQ(status_of(bytes), status) << what;
            expect_served_afterwards(what);
        }
    }

    // Answers with method, path, query and body, so that a test sees what was understood.
    void on_request(Request&& request, Responder respond) {
        if (request.path == "/smuggled") ++smuggled_;
        ++executed_;
        respond({200,
                 std::string{to_string(request.method)} + " " + request.path + "?" + request.query + " " +
                     request.body,
                 "text/plain"});
    }

    void expect_served_afterwards(std::string_view after) {
        RawClient client{engine_.port()};
        client.send(get("/well"));
        const auto answer = client.receive();
        ASSERT_TRUE(answer) << "deaf after " << after;
        EXPECT_EQ(answer.body, "GET /well? ") << after;
        EXPECT_EQ(smuggled_, 0) << after;
    }

    // The status of the answer to `bytes`, 0 when the connection ended without one.
    int status_of(std::string_view bytes) {
        RawClient client{engine_.port()};
        client.send(bytes);
        return client.receive().status;
    }

    std::atomic<int> smuggled_ = 0;
    std::atomic<int> executed_ = 0;
    Engine engine_{"127.0.0.1", 0, 2, test_limits(), [this](Request&& request, Responder respond) {
                       on_request(std::move(request), std::move(respond));
                   }};
};

std::string with_header(std::string_view header) {
    return "GET / HTTP/1.1\r\nHost: t\r\n" + std::string{header} + "\r\n\r\n";
}
std::string with_length(std::string_view length) {
    return "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::string{length} + "\r\n\r\nhello";
}
std::string chunked(std::string_view body, std::string_view more_headers = "") {
    return "POST / HTTP/1.1\r\nHost: t\r\n" + std::string{more_headers} +
           "Transfer-Encoding: chunked\r\n\r\n" + std::string{body};
}
std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}
template <std::size_t N>
std::string with_nul(const char (&text)[N]) {
    return {text, N - 1};
}

const Case kRequestLines[] = {
    {"a plain request", get("/a?b=c"), 200},
    {"an unknown method", "BREW / HTTP/1.1\r\nHost: t\r\n\r\n", 200},
    {"a method that is no token", "GE(T / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"no method", " / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"two blanks", "GET  / HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"a tab", "GET\t/ HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"a blank in the target", "GET /a b HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"a blank at the end", "GET / HTTP/1.1 \r\nHost: t\r\n\r\n", 400},
    {"an absolute target", "GET http://t/ HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"an asterisk", "OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"an authority", "CONNECT t:80 HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"no target", "GET HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"a fragment", "GET /a#b HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"percent-encoding in the path", "GET /%2e%2e/x HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"percent-encoding in the query", get("/a?b=%2e"), 200},
    {"a byte above ASCII in the target", "GET /\xC3\xA4 HTTP/1.1\r\nHost: t\r\n\r\n", 400},
    {"a target at the limit", get("/" + std::string(4095, 'a')), 200},
    {"a target over the limit", get("/" + std::string(4096, 'a')), 414},
    {"a request line without end", "GET /" + std::string(8000, 'a'), 414},
    {"twenty thousand slashes", get(std::string(20'000, '/')), 414},
    {"four thousand slashes", get(std::string(4'000, '/')), 200},
    {"HTTP/0.9", "GET /\r\n\r\n", 400},
    {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: t\r\n\r\n", 505},
    {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: t\r\n\r\n", 505},
    {"a version of letters", "GET / HTTP/x.y\r\nHost: t\r\n\r\n", 400},
    {"a version in lower case", "GET / http/1.1\r\nHost: t\r\n\r\n", 400},
    {"a two-digit version", "GET / HTTP/1.10\r\nHost: t\r\n\r\n", 400},
    {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"a TLS hello", with_nul("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), 400},
    {"an empty line first", "\r\n" + get("/"), 400},
    {"only line feeds", "GET / HTTP/1.1\nHost: t\n\n", 400},
    {"a NUL in the target", with_nul("GET /\0 HTTP/1.1\r\nHost: t\r\n\r\n"), 400},
};

const Case kHeaders[] = {
    {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two Hosts", with_header("Host: t"), 400},
    {"an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 200},
    {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 200},
    {"a bare LF", with_header("A: b\nC: d"), 400},
    {"a bare CR", with_header("A: b\rC: d"), 400},
    {"a fold", with_header("A: b\r\n c"), 400},
    {"a fold with a tab", with_header("A: b\r\n\tc"), 400},
    {"a blank before the colon", with_header("A : b"), 400},
    {"no name", with_header(": b"), 400},
    {"no colon", with_header("A"), 400},
    {"a name that is no token", with_header("A(b: c"), 400},
    {"a NUL in a value", with_nul("GET / HTTP/1.1\r\nHost: t\r\nA: b\0c\r\n\r\n"), 400},
    {"a NUL in a name", with_nul("GET / HTTP/1.1\r\nHost: t\r\nA\0: b\r\n\r\n"), 400},
    {"DEL in a value", with_header("A: b\x7f"), 400},
    {"bytes above ASCII in a value", with_header("A: \xC3\xA4"), 200},
    {"an empty value", with_header("A:"), 200},
    {"a header at the limit of the head", with_header("A: " + std::string(16'000, 'x')), 200},
    {"a header over it", with_header("A: " + std::string(17'000, 'x')), 431},
    {"a header without end", "GET / HTTP/1.1\r\nHost: t\r\nA: " + std::string(20'000, 'x'), 431},
    {"a hundred headers", "GET / HTTP/1.1\r\nHost: t\r\n" + repeated("A: b\r\n", 99) + "\r\n", 200},
    {"a hundred and one", "GET / HTTP/1.1\r\nHost: t\r\n" + repeated("A: b\r\n", 100) + "\r\n", 431},
    {"ten thousand headers", "GET / HTTP/1.1\r\nHost: t\r\n" + repeated("A: b\r\n", 10'000) + "\r\n", 431},
    {"another expectation", with_header("Expect: miracles"), 417},
    {"an odd cookie", with_header("Cookie: flag"), 200},
    {"an odd Accept", with_header("Accept: *"), 200},
};

const Case kLengths[] = {
    {"a length", with_length("5"), 200},
    {"leading zeros", with_length("0005"), 200},
    {"-1", with_length("-1"), 400},
    {"+5", with_length("+5"), 400},
    {"5abc", with_length("5abc"), 400},
    {"0x10", with_length("0x10"), 400},
    {"5, 5", with_length("5, 5"), 400},
    {"5 5", with_length("5 5"), 400},
    {"empty", with_length(""), 400},
    {"overflowing", with_length("99999999999999999999"), 400},
    {"too long", with_length("65537"), 413},
    {"far too long", with_length("9999999999999"), 413},
    {"two different", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
     400},
    {"two equal", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400},
    {"a length and chunked", chunked("0\r\n\r\n", "Content-Length: 5\r\n"), 400},
    {"chunked and a length",
     "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
};

const Case kCodings[] = {
    {"chunked", chunked("5\r\nhello\r\n0\r\n\r\n"), 200},
    {"CHUNKED", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", 200},
    {"an empty body", chunked("0\r\n\r\n"), 200},
    {"extensions", chunked("5;a=b;c=\"d\"\r\nhello\r\n0;last\r\n\r\n"), 200},
    {"trailers", chunked("5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n"), 200},
    {"capital digits", chunked("A\r\n0123456789\r\n0\r\n\r\n"), 200},
    {"gzip", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
    {"gzip, chunked", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"chunked, identity", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked, identity\r\n\r\n", 501},
    {"xchunked", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
    {"nothing", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding:\r\n\r\n", 501},
    {"twice", chunked("0\r\n\r\n", "Transfer-Encoding: chunked\r\n"), 400},
    {"in HTTP/1.0", "POST / HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"no digits", chunked("\r\nhello\r\n0\r\n\r\n"), 400},
    {"no hexadecimal", chunked("g\r\n"), 400},
    {"0x5", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
    {"-5", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400},
    {"a blank after the size", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400},
    {"a size with a bare LF", chunked("5\nhello\r\n0\r\n\r\n"), 400},
    {"an extension with a bare LF", chunked("5;a\nhello\r\n0\r\n\r\n"), 400},
    {"too little data", chunked("5\r\nhell\r\n0\r\n\r\n"), 400},
    {"too much data", chunked("5\r\nhello!\r\n0\r\n\r\n"), 400},
    {"data not ended by CR LF", chunked("5\r\nhelloXY0\r\n\r\n"), 400},
    {"a trailer with a bare LF", chunked("0\r\nA: b\n\r\n"), 400},
    {"a trailer without a colon", chunked("0\r\nA\r\n\r\n"), 400},
    {"a folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400},
    {"a size over the limit", chunked("10001\r\n"), 413},
    {"a huge size", chunked("fffffffffffffff\r\n"), 413},
    {"an overflowing size", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"), 413},
    {"a thousand zeros", chunked(std::string(1000, '0') + "\r\n\r\n"), 400},
    {"chunks that add up over the limit", chunked(repeated("1000\r\n" + std::string(4096, 'x') + "\r\n", 17)),
     413},
    {"an endless extension", chunked("5;" + std::string(100'000, 'a')), 400},
    {"endless trailers", chunked("0\r\n" + repeated("A: b\r\n", 20'000)), 400},
};

TEST_F(HttpEngineMalformed, EachRequestLineGetsItsStatus) {
    expect_each(kRequestLines);
}
TEST_F(HttpEngineMalformed, EachHeaderGetsItsStatus) {
    expect_each(kHeaders);
}
TEST_F(HttpEngineMalformed, EachLengthGetsItsStatus) {
    expect_each(kLengths);
}
TEST_F(HttpEngineMalformed, EachCodingGetsItsStatus) {
    expect_each(kCodings);
}

TEST_F(HttpEngineMalformed, EveryRefusalIsAProblemAndClosesTheConnection) {
    RawClient client{engine_.port()};
    client.send("GET / HTTP/1.1\r\nX-Request-Id: asked-by-a-test\r\n\r\n" + get("/smuggled"));
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer.has("Connection: close\r\n"));
    EXPECT_TRUE(answer.has("Content-Type: application/problem+json\r\n"));
    EXPECT_TRUE(answer.has("X-Request-Id: asked-by-a-test\r\n"));
    EXPECT_EQ(answer.body,
              R"({"type":"about:blank","title":"Bad Request","status":400,"request_id":"asked-by-a-test"})");
    EXPECT_TRUE(client.at_end());
    expect_served_afterwards("a refusal");
}

TEST_F(HttpEngineMalformed, BytesAfterATooLargeBodyAreNeverRequests) {
    const auto smuggled = get("/smuggled");
    const std::string filler(8192, 'x');
    for (const auto& start :
         {post("/", "").replace(post("/", "").find(": 0"), 3, ": 200000"), chunked("30000\r\n")}) {
        RawClient client{engine_.port()};
        client.send(start);
        for (int i = 0; i < 24; ++i) {
            ASSERT_TRUE(client.send(i % 2 == 0 ? filler : smuggled + filler)) << "reset while it still sends";
        }
        EXPECT_EQ(client.receive().status, 413);
        EXPECT_TRUE(client.at_clean_end());
    }
    expect_served_afterwards("413");
}

TEST_F(HttpEngineMalformed, ABodyThatLooksLikeARequestIsABody) {
    const auto inner = get("/smuggled");
    RawClient client{engine_.port()};
    client.send(post("/a", inner) + get("/b"));
    EXPECT_EQ(client.receive().body, "POST /a? " + inner);
    EXPECT_EQ(client.receive().body, "GET /b? ");
    EXPECT_EQ(smuggled_, 0);
}

TEST_F(HttpEngineMalformed, AChunkedBodyMayBeCutAnywhere) {
    const std::string payload(4200, 'p');
    const auto request = chunked("1068\r\n" + payload + "\r\n4;x=y\r\ntail\r\n0\r\nT: u\r\n\r\n");
    const auto expected = "POST /? " + payload + "tail";
    for (std::size_t cut = 4000; cut < request.size(); ++cut) {
        RawClient client{engine_.port()};
        client.send(std::string_view{request}.substr(0, cut));
        client.send(std::string_view{request}.substr(cut));
        const auto answer = client.receive();
        ASSERT_TRUE(answer) << "cut at " << cut;
        ASSERT_EQ(answer.body, expected) << "cut at " << cut;
        client.reset();
    }
}

TEST_F(HttpEngineMalformed, AChunkMayEndAnywhereAround4096) {
    for (std::size_t size = 3980; size < 4110; ++size) {
        char hex[16];
        std::snprintf(hex, sizeof hex, "%zx\r\n", size);
        const std::string payload(size, 'p');
        RawClient client{engine_.port()};
        client.send(chunked(hex + payload + "\r\n0\r\n\r\n") + get("/next"));
        const auto answer = client.receive();
        ASSERT_TRUE(answer) << size;
        ASSERT_EQ(answer.body, "POST /? " + payload) << size;
        ASSERT_EQ(client.receive().body, "GET /next? ") << size;
        client.reset();
    }
}

TEST_F(HttpEngineMalformed, ARequestMayComeByteByByte) {
    RawClient client{engine_.port()};
    const auto requests = post("/a", "body") + chunked("4\r\nbody\r\n0\r\n\r\n");
    for (const char byte : requests) client.send({&byte, 1});
    EXPECT_EQ(client.receive().body, "POST /a? body");
    EXPECT_EQ(client.receive().body, "POST /? body");
}

TEST_F(HttpEngineMalformed, RandomBytesHurtNobody) {
    constexpr int kConnections = 3'000;
    std::mt19937 random{20261121};
    const std::string seeds[] = {get("/a?b=c"), post("/a", "hello"), chunked("5\r\nhello\r\n0\r\n\r\n"),
                                 with_header("Connection: close"), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"};
    const std::string alphabet = "\r\n\r\n\t :;,/0159afGPx\x7f\xff" + std::string(1, '\0');
    for (int i = 0; i < kConnections; ++i) {
        std::string bytes = seeds[random() % std::size(seeds)];
        for (auto changes = random() % 6; changes > 0; --changes) {
            const auto at = random() % bytes.size();
            const char byte = alphabet[random() % alphabet.size()];
            if (random() % 3 == 0)
                bytes.insert(at, 1 + random() % 3, byte);
            else if (random() % 2 == 0 && bytes.size() > 1)
                bytes.erase(at, 1);
            else
                bytes[at] = byte;
        }
        RawClient client{engine_.port()};
        client.send(bytes);
        client.half_close();
        while (const auto answer = client.receive()) ASSERT_NE(answer.status, 0);
        ASSERT_TRUE(client.at_end()) << testing::PrintToString(bytes);
    }
    expect_served_afterwards("random bytes");
}

// ---- legal, and often handled badly

TEST_F(HttpEngineMalformed, TenThousandPipelinedRequestsAreAnsweredInOrder) {
    constexpr int kRequests = 10'000;
    std::string requests;
    for (int i = 0; i < kRequests; ++i) requests += get("/" + std::to_string(i));
    RawClient client{engine_.port()};
    std::jthread sender{[&] { client.send(requests); }};
    for (int i = 0; i < kRequests; ++i) {
        const auto answer = client.receive();
        ASSERT_TRUE(answer) << i;
        ASSERT_EQ(answer.body, "GET /" + std::to_string(i) + "? ");
    }
}

TEST_F(HttpEngineMalformed, AHalfClosingClientGetsAllItsAnswers) {
    RawClient client{engine_.port()};
    client.send(get("/a") + post("/b", "x"));
    client.half_close();
    EXPECT_EQ(client.receive().body, "GET /a? ");
    EXPECT_EQ(client.receive().body, "POST /b? x");
    EXPECT_TRUE(client.at_clean_end());
}

TEST_F(HttpEngineMalformed, ABodyCutOffIsNoRequest) {
    for (const auto& bytes : {post("/cut", "hello"), chunked("5\r\nhello\r\n0\r\n\r\n")}) {
        RawClient client{engine_.port()};
        client.send(std::string_view{bytes}.substr(0, bytes.size() - 1));
        client.half_close();
        EXPECT_TRUE(client.at_end());
    }
    EXPECT_EQ(executed_, 0);
}

TEST_F(HttpEngineMalformed, AContinueIsSentOnceAndOnlyForAnAcceptableHead) {
    const std::string expecting = "POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: ";
    RawClient client{engine_.port()};
    client.send(expecting + "5\r\n\r\n");
    EXPECT_EQ(client.receive().head, "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("he");
    client.send("llo");
    EXPECT_EQ(client.receive().body, "POST /? hello");

    RawClient with_body{engine_.port()};
    with_body.send(expecting + "5\r\n\r\nhello");
    EXPECT_EQ(with_body.receive().status, 200);

    RawClient too_large{engine_.port()};
    too_large.send(expecting + "70000\r\n\r\n");
    EXPECT_EQ(too_large.receive().status, 413);

    RawClient old{engine_.port()};
    old.send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    std::this_thread::sleep_for(20ms);
    old.send("hello");
    EXPECT_EQ(old.receive().status, 200);
}

TEST_F(HttpEngineMalformed, HeadGetsTheLengthAndNoBody) {
    RawClient client{engine_.port()};
    client.send("HEAD /a HTTP/1.1\r\nHost: t\r\n\r\n" + get("/b"));
    const auto answer = client.receive(true);
    EXPECT_TRUE(answer.has("Content-Length: 9\r\n"));
    EXPECT_EQ(client.receive().body, "GET /b? ");
}

TEST_F(HttpEngineMalformed, ConnectionsAreKeptAsTheClientWishes) {
    struct Wish {
        const char* request;
        bool kept;
    };
    const Wish wishes[] = {
        {"GET / HTTP/1.1\r\nHost: t\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: t\r\nConnection: x, Close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: t\r\nConnection: closed\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: t\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", true},
    };
    for (const auto& [request, kept] : wishes) {
        RawClient client{engine_.port()};
        client.send(request);
        const auto answer = client.receive();
        ASSERT_TRUE(answer) << request;
        EXPECT_EQ(answer.has(kept ? "Connection: keep-alive\r\n" : "Connection: close\r\n"), true) << request;
        client.send(get("/again"));
        EXPECT_EQ(static_cast<bool>(client.receive()), kept) << request;
    }
}

}  // namespace
