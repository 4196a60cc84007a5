// Stopping under load: every accepted request gets a whole answer.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "answer_later.hpp"
#include "http/engine.hpp"
#include "raw_client.hpp"

namespace {

using namespace std::chrono_literals;
using http::Engine;
using http::Request;
using http::Responder;
using namespace testing_http;

// Every id that reached the handler, and every id whose whole answer reached its client.
class Ledger {
public:
    void reached(const std::string& id) { add(reached_, id); }
    void answered(const std::string& id) { add(answered_, id); }
    void expect_balanced() const {
        EXPECT_GT(answered_.size(), 100U);
        EXPECT_EQ(reached_, answered_);
    }

private:
    void add(std::set<std::string>& ids, const std::string& id) {
        const std::lock_guard lock{mutex_};
        EXPECT_TRUE(ids.insert(id).second) << id << " twice";
    }
    std::mutex mutex_;
    std::set<std::string> reached_;
    std::set<std::string> answered_;
};

// Asks until the server is gone; reconnects when it closes politely.
void hammer(std::uint16_t port, int number, Ledger& ledger, const std::atomic<bool>& draining,
            std::atomic<int>& lost) {
    try {
        for (int i = 0;;) {
            RawClient client{port};
            for (bool kept = true; kept;) {
                const auto id = std::to_string(number) + "-" + std::to_string(++i);
                client.send(post("/", id));
                const auto answer = client.receive();
                if (!answer) {
                    if (!draining) ++lost;
                    break;
                }
                EXPECT_EQ(answer.body, id);
                ledger.answered(id);
                kept = answer.has("Connection: keep-alive\r\n") && i % 50 != 0;
            }
        }
    } catch (const std::runtime_error&) {
        if (!draining) ++lost;
    }
}

void expect_a_clean_stop(std::chrono::milliseconds after) {
    Ledger ledger;
    std::atomic<bool> draining = false;
    std::atomic<int> lost = 0;
    AnswerLater later{2};
    Engine engine{"127.0.0.1", 0, 2, {}, [&](Request&& request, Responder respond) {
                      ledger.reached(request.body);
                      const std::chrono::microseconds delay{request.body.size() * 700 % 5000};
                      later.after(delay, std::move(respond), {200, std::move(request.body), "text/plain"});
                  }};
    std::vector<std::jthread> clients;
    for (int i = 0; i < 12; ++i) {
        clients.emplace_back([&, i] { hammer(engine.port(), i, ledger, draining, lost); });
    }
    std::this_thread::sleep_for(after);
    draining = true;
    engine.begin_drain();
    EXPECT_TRUE(engine.wait_drained(5s));
    EXPECT_EQ(engine.in_flight(), 0U);
    engine.stop();
    clients.clear();
    EXPECT_EQ(lost, 0);
    ledger.expect_balanced();
}

TEST(HttpEngineDrain, EveryRequestTakenUnderLoadIsAnswered) {
    for (int round = 0; round < 8; ++round) expect_a_clean_stop(200ms + round * 13ms);
}

TEST(HttpEngineDrain, ARequestHalfReadMayStillFinish) {
    Engine engine{"127.0.0.1", 0, 1, {}, [](Request&& request, Responder respond) {
                      respond({200, std::move(request.body), "text/plain"});
                  }};
    RawClient half{engine.port()};
    RawClient idle{engine.port()};
    idle.send(get("/"));
    idle.receive();
    const auto bytes = post("/", "hello");
    half.send(std::string_view{bytes}.substr(0, bytes.size() - 2));
    std::this_thread::sleep_for(50ms);
    engine.begin_drain();
    EXPECT_TRUE(idle.at_clean_end());
    EXPECT_FALSE(engine.wait_drained(100ms));
    half.send(std::string_view{bytes}.substr(bytes.size() - 2));
    const auto answer = half.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_TRUE(answer.has("Connection: close\r\n"));
    EXPECT_TRUE(engine.wait_drained(1s));
    EXPECT_THROW(RawClient{engine.port()}, std::runtime_error);
}

// /block holds the thread it runs on.
class BlockingEngine {
public:
    void wait_until_blocked() { blocked_.get_future().wait(); }
    void release() { released_.set_value(); }

private:
    void on_request(Request&& request, Responder respond) {
        if (request.path == "/block") {
            blocked_.set_value();
            released_.get_future().wait();
        }
        if (request.path == "/later") {
            return later_.after(std::chrono::milliseconds{20}, std::move(respond), {200, "", "text/plain"});
        }
        respond({200, request.path, "text/plain"});
    }
    std::promise<void> blocked_;
    std::promise<void> released_;
    AnswerLater later_{1};

public:
    Engine engine{"127.0.0.1", 0, 1, {}, [this](Request&& request, Responder respond) {
                      on_request(std::move(request), std::move(respond));
                  }};
};

TEST(HttpEngineDrain, ARequestNoLoopHasReadYetIsAnswered) {
    BlockingEngine blocking;
    RawClient used{blocking.engine.port()};
    used.send(get("/"));
    used.receive();
    RawClient blocker{blocking.engine.port()};
    blocker.send(get("/block"));
    blocking.wait_until_blocked();
    used.send(get("/waiting"));
    blocking.engine.begin_drain();
    std::this_thread::sleep_for(400ms);
    blocking.release();
    EXPECT_EQ(used.receive().body, "/waiting");
    EXPECT_EQ(blocker.receive().body, "/block");
    EXPECT_TRUE(blocking.engine.wait_drained(1s));
}

TEST(HttpEngineDrain, AConnectionNotYetAcceptedIsServed) {
    BlockingEngine blocking;
    RawClient blocker{blocking.engine.port()};
    blocker.send(get("/later") + get("/block"));  // the second runs on the thread that accepts
    blocking.wait_until_blocked();
    RawClient waiting{blocking.engine.port()};
    waiting.send(get("/waiting"));
    blocking.engine.begin_drain();
    blocking.release();
    EXPECT_EQ(waiting.receive().body, "/waiting");
    EXPECT_TRUE(blocking.engine.wait_drained(1s));
}

TEST(HttpEngineDrain, AResponderOutlivesItsEngine) {
    std::optional<Responder> kept;
    {
        Engine engine{
            "127.0.0.1", 0, 1, {}, [&](Request&&, Responder respond) { kept.emplace(std::move(respond)); }};
        RawClient client{engine.port()};
        client.send(get("/"));
        while (engine.in_flight() == 0) std::this_thread::sleep_for(1ms);
        engine.stop();
        EXPECT_TRUE(client.at_end());
    }
    (*kept)({200, "to nobody", "text/plain"});
}

TEST(HttpEngineDrain, EnginesComeAndGo) {
    for (int i = 0; i < 50; ++i) {
        Engine engine{"127.0.0.1", 0, 2, {}, [](Request&&, Responder respond) { respond({200, "", ""}); }};
        RawClient client{engine.port()};
        client.send(get("/"));
        EXPECT_TRUE(client.receive());
    }
}

}  // namespace
