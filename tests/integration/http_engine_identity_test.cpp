// Every client gets its own answer, and gets it: while others give up, from any thread, many at once.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <random>
#include <thread>

#include "answer_later.hpp"
#include "http/engine.hpp"
#include "raw_client.hpp"

namespace {

using http::Engine;
using http::Request;
using http::Responder;
using http::Response;
using namespace testing_http;
using std::chrono::microseconds;

int answers_wanted() {
    const char* scaled = std::getenv("ENGINE_TEST_ANSWERS");
    return scaled != nullptr ? std::atoi(scaled) : 200'000;
}

struct Tally {
    std::atomic<int> answers = 0;
    std::atomic<int> wrong = 0;
    std::atomic<int> missing = 0;
    std::atomic<int> given_up = 0;
};

// One client: asks with an id nobody else uses and compares it, or gives up half-way in one of four ways.
class Asker {
public:
    Asker(std::uint16_t port, unsigned number, double gives_up, Tally& tally)
        : port_(port), random_(number), client_(port), gives_up_(gives_up), tally_(tally), number_(number) {}

    void run(int answers) {
        std::bernoulli_distribution gives_up{gives_up_};
        while (tally_.answers < answers) {
            const auto id = std::to_string(number_) + "-" + std::to_string(++asked_) + "-" +
                            std::string(random_() % 64, 'x');
            if (gives_up(random_))
                abandon(id);
            else
                ask(id);
        }
    }

private:
    void ask(const std::string& id) {
        const bool sent = client_.send(post("/echo", id));
        const auto answer = sent ? client_.receive() : Answer{};
        if (!answer) {
            ++tally_.missing;
            client_ = RawClient{port_};
            return;
        }
        ++tally_.answers;
        if (answer.status != 200 || answer.body != id) ++tally_.wrong;
    }

    void abandon(const std::string& id) {
        const auto bytes = post("/echo", id);
        const bool half_sent = random_() % 2 == 0;
        client_.send(half_sent ? std::string_view{bytes}.substr(0, random_() % bytes.size())
                               : std::string_view{bytes});
        if (random_() % 2 == 0)
            client_.reset();
        else
            client_.close();
        ++tally_.given_up;
        client_ = RawClient{port_};
    }

    const std::uint16_t port_;
    std::minstd_rand random_;
    RawClient client_;
    const double gives_up_;
    Tally& tally_;
    const unsigned number_;
    int asked_ = 0;
};

void expect_every_answer_at_its_asker(double gives_up) {
    constexpr unsigned kClients = 32;
    AnswerLater later{4};
    std::atomic<unsigned> count = 0;
    Engine engine{"127.0.0.1", 0, 2, {}, [&](Request&& request, Responder respond) {
                      const auto number = ++count;
                      Response response{200, std::move(request.body), "text/plain"};
                      if (number % 4 == 0) return respond(std::move(response));
                      later.after(microseconds{number % 4 == 1 ? 0 : number * 7919 % 2000},
                                  std::move(respond), std::move(response));
                  }};
    Tally tally;
    {
        std::vector<std::jthread> clients;
        for (unsigned i = 0; i < kClients; ++i) {
            clients.emplace_back([&, i] { Asker{engine.port(), i, gives_up, tally}.run(answers_wanted()); });
        }
    }
    EXPECT_EQ(tally.wrong, 0);
    EXPECT_EQ(tally.missing, 0);
    EXPECT_GE(tally.answers, answers_wanted());
    EXPECT_GT(tally.given_up, 0);
}

TEST(HttpEngineIdentity, NoAnswerReachesAStrangerWhenOneInAHundredGivesUp) {
    expect_every_answer_at_its_asker(0.01);
}
TEST(HttpEngineIdentity, NoAnswerReachesAStrangerWhenHalfGiveUp) {
    expect_every_answer_at_its_asker(0.5);
}

TEST(HttpEngineBursts, NoneOfManySimultaneousRequestsStalls) {
    constexpr int kConnections = 8;
    constexpr int kRounds = 10'000;
    AnswerLater later{2};
    Engine engine{
        "127.0.0.1", 0, 2, {}, [&](Request&& request, Responder respond) {
            later.after(microseconds{0}, std::move(respond), {200, std::move(request.body), "text/plain"});
        }};
    std::vector<RawClient> clients;
    for (int i = 0; i < kConnections; ++i) clients.emplace_back(engine.port());
    int stalled = 0;
    for (int round = 0; round < kRounds && stalled == 0; ++round) {
        const auto request = post("/", std::to_string(round));
        for (auto& client : clients) client.send(request);
        for (auto& client : clients) {
            const auto answer = client.receive();
            if (!answer || answer.body != std::to_string(round)) ++stalled;
        }
    }
    EXPECT_EQ(stalled, 0);
}

TEST(HttpEngineBursts, NoneOfManyNewConnectionsStalls) {
    constexpr int kThreads = 8;
    constexpr int kConnectionsEach = 1'000;
    Engine engine{"127.0.0.1", 0, 2, {}, [](Request&& request, Responder respond) {
                      respond({200, std::move(request.body), "text/plain"});
                  }};
    std::atomic<int> stalled = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&] {
                for (int made = 0; made < kConnectionsEach; ++made) {
                    RawClient client{engine.port()};
                    client.send(post("/", "x"));
                    if (!client.receive()) ++stalled;
                    client.reset();
                }
            });
        }
    }
    EXPECT_EQ(stalled, 0);
}

}  // namespace
