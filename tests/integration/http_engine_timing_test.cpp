// Slow, silent and greedy clients: each costs its own connection, nobody else's time.
#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

#include "answer_later.hpp"
#include "http/engine.hpp"
#include "raw_client.hpp"

namespace {

using namespace std::chrono_literals;
using http::Engine;
using http::Limits;
using http::Request;
using http::Responder;
using http::Response;
using namespace testing_http;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLarge = 5 << 20;

Limits short_limits() {
    Limits limits;
    limits.head_timeout = 300ms;
    limits.body_timeout = 300ms;
    limits.idle_timeout = 300ms;
    limits.write_timeout = 500ms;
    return limits;
}

class HttpEngineTiming : public testing::Test {
protected:
    void on_request(Request&& request, Responder respond) {
        if (request.path == "/pending") return pending_.set_value(std::move(respond));
        if (request.path == "/throw") throw 42;
        if (request.path == "/drop") return;
        if (request.path == "/large") return respond({200, std::string(kLarge, 'L'), "text/plain"});
        if (request.path == "/later")
            return later_.after(50ms, std::move(respond), {200, request.query, "text/plain"});
        if (request.path == "/headers") {
            return respond({201,
                            "{}",
                            "text/plain\r\nX-Injected: type",
                            {{"Location", "/x"},
                             {"X-Bad", "a\r\nX-Injected: value"},
                             {"X-In\njected", "name"},
                             {"Content-Length", "99"},
                             {"Connection", "upgrade"},
                             {"ETag", "\"1\""}}});
        }
        if (request.path == "/nothing") return respond({204, "not sent", "text/plain"});
        respond({200, request.request_id + " " + request.trace.trace_id, "text/plain"});
    }

    bool ends_within(RawClient& client, std::chrono::milliseconds time) {
        const auto start = Clock::now();
        return client.at_end() && Clock::now() - start < time;
    }

    bool becomes(std::size_t in_flight) {
        const auto until = Clock::now() + 5s;
        while (engine_.in_flight() != in_flight && Clock::now() < until) std::this_thread::sleep_for(10ms);
        return engine_.in_flight() == in_flight;
    }

    AnswerLater later_{2};
    std::promise<Responder> pending_;
    Engine engine_{"127.0.0.1", 0, 2, short_limits(), [this](Request&& request, Responder respond) {
                       on_request(std::move(request), std::move(respond));
                   }};
};

TEST_F(HttpEngineTiming, ADrippedHeadGets408) {
    RawClient client{engine_.port()};
    for (const char byte : std::string_view{"GET / HTTP/1.1\r\nA: bcdefghijklmnopqrstuvwxyz"}) {
        client.send({&byte, 1});
        std::this_thread::sleep_for(15ms);
    }
    const auto start = Clock::now();
    EXPECT_EQ(client.receive().status, 408);
    EXPECT_LT(Clock::now() - start, 200ms) << "each byte bought more time";
    EXPECT_TRUE(client.at_end());
}

TEST_F(HttpEngineTiming, ADrippedBodyGets408) {
    for (const auto* head : {"Content-Length: 100\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n64\r\n"}) {
        RawClient client{engine_.port()};
        client.send("POST / HTTP/1.1\r\nHost: t\r\n" + std::string{head});
        for (int i = 0; i < 30; ++i) {
            client.send("x");
            std::this_thread::sleep_for(20ms);
        }
        const auto start = Clock::now();
        EXPECT_EQ(client.receive().status, 408);
        EXPECT_LT(Clock::now() - start, 200ms) << "each byte bought more time";
        EXPECT_TRUE(client.at_end());
    }
}

TEST_F(HttpEngineTiming, ASecondRequestIsTimedLikeTheFirst) {
    RawClient client{engine_.port()};
    client.send(get("/"));
    EXPECT_EQ(client.receive().status, 200);
    client.send("GET / HT");
    EXPECT_EQ(client.receive().status, 408);
}

TEST_F(HttpEngineTiming, AnIdleConnectionIsClosedWithoutAWord) {
    RawClient fresh{engine_.port()};
    RawClient used{engine_.port()};
    used.send(get("/"));
    used.receive();
    EXPECT_TRUE(ends_within(fresh, 2s));
    EXPECT_TRUE(ends_within(used, 2s));
}

TEST_F(HttpEngineTiming, ARequestMayTakeLongerThanEveryTimeout) {
    RawClient client{engine_.port()};
    client.send(get("/pending"));
    auto respond = pending_.get_future().get();
    std::this_thread::sleep_for(900ms);
    respond({200, "at last", "text/plain"});
    EXPECT_EQ(client.receive().body, "at last");
}

TEST_F(HttpEngineTiming, ASlowReaderDelaysNobody) {
    RawClient slow{engine_.port(), 5s, 4096};
    slow.send(get("/large"));
    std::this_thread::sleep_for(50ms);
    for (int i = 0; i < 20; ++i) {
        RawClient other{engine_.port()};
        const auto start = Clock::now();
        other.send(get("/"));
        ASSERT_TRUE(other.receive());
        EXPECT_LT(Clock::now() - start, 1s);
    }
    const auto answer = slow.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer.body, std::string(kLarge, 'L'));
    slow.send(get("/"));
    EXPECT_EQ(slow.receive().status, 200);
}

TEST_F(HttpEngineTiming, PipelinedRequestsWaitBehindALargeAnswer) {
    RawClient client{engine_.port(), 5s, 4096};
    client.send(get("/large") + get("/later?2") + get("/later?3") + get("/large") + get("/later?5"));
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(client.receive().body.size(), kLarge);
    EXPECT_EQ(client.receive().body, "2");
    EXPECT_EQ(client.receive().body, "3");
    EXPECT_EQ(client.receive().body.size(), kLarge);
    EXPECT_EQ(client.receive().body, "5");
}

TEST_F(HttpEngineTiming, AReaderThatNeverReadsIsClosed) {
    RawClient client{engine_.port(), 5s, 4096};
    client.send(get("/large"));
    EXPECT_TRUE(becomes(1)) << "the answer fits into the kernel's buffers";
    EXPECT_TRUE(becomes(0));
    EXPECT_FALSE(client.receive());
}

TEST_F(HttpEngineTiming, AHalfClosedClientGetsALateAnswer) {
    RawClient client{engine_.port()};
    client.send(get("/later?1") + get("/later?2"));
    client.half_close();
    EXPECT_EQ(client.receive().body, "1");
    EXPECT_EQ(client.receive().body, "2");
    EXPECT_TRUE(client.at_clean_end());
}

TEST_F(HttpEngineTiming, AFloodBehindAPendingRequestIsNotKept) {
    RawClient client{engine_.port()};
    client.send(get("/pending"));
    auto respond = pending_.get_future().get();
    constexpr int kMegabytes = 12;
    const std::string flood(1 << 20, 'x');
    for (int i = 0; i < kMegabytes; ++i) ASSERT_TRUE(client.send(flood));
    respond({200, "answered", "text/plain"});
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer.body, "answered");
    EXPECT_TRUE(answer.has("Connection: close\r\n"));
    EXPECT_TRUE(client.at_end());
}

TEST_F(HttpEngineTiming, AHandlerThatThrowsOrForgetsAnswers500) {
    RawClient client{engine_.port()};
    client.send(get("/throw"));
    EXPECT_EQ(client.receive().status, 500);
    client.send(get("/drop"));
    EXPECT_EQ(client.receive().status, 500);
    client.send(get("/"));
    EXPECT_EQ(client.receive().status, 200);
}

TEST_F(HttpEngineTiming, AHeaderCannotBreakOutOfTheAnswer) {
    RawClient client{engine_.port()};
    client.send(get("/headers") + get("/nothing") + get("/"));
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 201);
    EXPECT_FALSE(answer.has("Injected"));
    EXPECT_FALSE(answer.has("99"));
    EXPECT_FALSE(answer.has("upgrade"));
    EXPECT_TRUE(answer.has("Location: /x\r\n"));
    EXPECT_TRUE(answer.has("ETag: \"1\"\r\n"));
    const auto nothing = client.receive();
    EXPECT_EQ(nothing.status, 204);
    EXPECT_FALSE(nothing.has("Content-Length"));
    EXPECT_EQ(client.receive().status, 200);
}

TEST_F(HttpEngineTiming, IdsOfTheCallerAreContinuedWhenTheyAreValid) {
    const auto ask = [&](const std::string& headers) {
        RawClient client{engine_.port()};
        client.send("GET / HTTP/1.1\r\nHost: t\r\n" + headers + "\r\n");
        return client.receive().body;
    };
    const std::string trace = "0af7651916cd43dd8448eb211c80319c";
    EXPECT_EQ(ask("X-Request-Id: gateway-1.a_b\r\ntraceparent: 00-" + trace + "-b7ad6b7169203331-01\r\n"),
              "gateway-1.a_b " + trace);
    for (const auto* bad : {"short", "white space in it", "quote\"quote", "<script>alert(1)</script>"}) {
        const auto body = ask("X-Request-Id: " + std::string{bad} + "\r\ntraceparent: 00-xyz-01\r\n");
        EXPECT_EQ(body.size(), 32U + 1 + 32) << body;
    }
}

TEST(HttpEngineLimits, ConnectionsAboveTheLimitAreClosedAtOnce) {
    Limits limits;
    limits.connections = 3;
    Engine engine{"127.0.0.1", 0, 1, limits, [](Request&&, Responder respond) { respond({200, "", ""}); }};
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(engine.port());
        clients.back().send(get("/"));
        EXPECT_EQ(clients.back().receive().status, 200);
    }
    RawClient one_too_many{engine.port()};
    EXPECT_TRUE(one_too_many.at_end());
    clients.front().close();
    std::this_thread::sleep_for(200ms);
    RawClient next{engine.port()};
    next.send(get("/"));
    EXPECT_TRUE(next.receive());
}

TEST(HttpEngineAddresses, WhatCannotBeListenedOnIsSaid) {
    const auto nothing = [](Request&&, Responder) {};
    Engine first{"127.0.0.1", 0, 1, {}, nothing};
    EXPECT_THROW((Engine{"127.0.0.1", first.port(), 1, {}, nothing}), std::runtime_error);
    EXPECT_THROW((Engine{"not an address", 0, 1, {}, nothing}), std::runtime_error);
}

}  // namespace
