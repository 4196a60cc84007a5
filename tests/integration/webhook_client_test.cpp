// What posts to URLs that somebody else named, against servers that mean it well and others.
#include "webhooks/client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

#include "http/engine.hpp"

namespace webhooks {
namespace {

using namespace std::chrono_literals;
using Reply = WebhookClient::Reply;

// A subscriber: the path says how it answers.
class Subscriber {
public:
    std::string url(const std::string& host, const std::string& path) const {
        return "http://" + host + ":" + port() + path;
    }
    std::string port() const { return std::to_string(engine_.port()); }
    std::vector<std::string> heard() {
        const std::lock_guard lock{mutex_};
        return heard_;
    }

private:
    void on_request(http::Request&& request, http::Responder respond) {
        const std::lock_guard lock{mutex_};
        heard_.push_back(request.path + " " + request.body);
        if (request.path == "/moved")
            return respond({302, "", "text/plain", {{"Location", url("127.0.0.1", "/in")}}});
        if (request.path == "/later")
            return respond({429, "slow down", "text/plain", {{"Retry-After", "7"}}});
        if (request.path == "/long") return respond({200, std::string(4 << 20, 'x'), "text/plain"});
        if (request.path == "/no") return respond({500, "no", "text/plain"});
        if (request.path == "/silent") return silent_.push_back(std::move(respond));
        respond({200, "thanks", "text/plain"});
    }

    std::mutex mutex_;
    std::vector<std::string> heard_;
    std::vector<http::Responder> silent_;
    http::Engine engine_{"127.0.0.1", 0, 1, {}, [this](http::Request&& request, http::Responder respond) {
                             on_request(std::move(request), std::move(respond));
                         }};
};

class WebhookClientTest : public testing::Test {
protected:
    WebhookClient::Config allowing(const char* network) {
        WebhookClient::Config config{.allowed = {*Network::parse(network)}};
        config.deadline = config.connect_timeout = 1s;
        return config;
    }
    static Reply one(WebhookClient& client, const std::string& url) {
        return client.post({{url, "{}", {{"webhook-id", "evn_1"}}, "ord_1"}}, 1).at(0).value();
    }
    Subscriber subscriber_;
    WebhookClient open_{allowing("127.0.0.0/8")};
};

TEST_F(WebhookClientTest, BringsWhatWasAnsweredAndItsFirstBytes) {
    const auto thanks = one(open_, subscriber_.url("127.0.0.1", "/hook"));
    EXPECT_EQ(thanks.status, 200);
    EXPECT_EQ(thanks.body, "thanks");
    EXPECT_EQ(subscriber_.heard(), std::vector<std::string>{"/hook {}"});
    const auto later = one(open_, subscriber_.url("127.0.0.1", "/later"));
    EXPECT_EQ(later.status, 429);
    EXPECT_EQ(later.retry_after, 7s);
}

TEST_F(WebhookClientTest, ReachesNoAddressThatIsNotPublicHoweverItIsWritten) {
    WebhookClient client{WebhookClient::Config{.allowed = {}, .deadline = 2s}};
    for (const auto* host : {"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",
                             "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"}) {
        const auto reply = one(client, subscriber_.url(host, "/in"));
        EXPECT_EQ(reply.status, 0) << host;
        EXPECT_TRUE(reply.failure.starts_with("the host's address is ")) << host << ": " << reply.failure;
    }
    EXPECT_TRUE(subscriber_.heard().empty());
}

// The name's answers are given here in DNS's place: what is judged is where the socket goes.
TEST_F(WebhookClientTest, JudgesTheAddressesBehindAName) {
    auto config = allowing("127.0.0.2");
    config.names = {"inside.example:" + subscriber_.port() + ":127.0.0.1",
                    "both.example:" + subscriber_.port() + ":10.0.0.1,127.0.0.2,127.0.0.1"};
    WebhookClient client{config};
    EXPECT_EQ(one(client, subscriber_.url("inside.example", "/in")).failure,
              "the host's address is loopback: not sent");
    EXPECT_EQ(one(client, subscriber_.url("both.example", "/in")).status, 0);
    EXPECT_TRUE(subscriber_.heard().empty());
}

TEST_F(WebhookClientTest, FollowsNoRedirect) {
    EXPECT_EQ(one(open_, subscriber_.url("127.0.0.1", "/moved")).status, 302);
    EXPECT_EQ(subscriber_.heard(), std::vector<std::string>{"/moved {}"});
}

TEST_F(WebhookClientTest, AsksNoProxyOfTheEnvironment) {
    Subscriber proxy;
    for (const auto* name : {"http_proxy", "ALL_PROXY"}) setenv(name, proxy.url("127.0.0.1", "").c_str(), 1);
    WebhookClient closed{WebhookClient::Config{.allowed = {}, .deadline = 1s}};
    EXPECT_EQ(one(closed, subscriber_.url("127.0.0.1", "/in")).status, 0);
    EXPECT_EQ(one(open_, subscriber_.url("127.0.0.1", "/hook")).status, 200);
    EXPECT_TRUE(proxy.heard().empty());
    for (const auto* name : {"http_proxy", "ALL_PROXY"}) unsetenv(name);
}

TEST_F(WebhookClientTest, WaitsForNoOneAndReadsLittle) {
    const auto started = std::chrono::steady_clock::now();
    const auto silent = one(open_, subscriber_.url("127.0.0.1", "/silent"));
    EXPECT_EQ(silent.failure, "no answer in time");
    EXPECT_LT(std::chrono::steady_clock::now() - started, 3s);
    const auto wordy = one(open_, subscriber_.url("127.0.0.1", "/long"));
    EXPECT_EQ(wordy.status, 200);
    EXPECT_EQ(wordy.body, std::string(1024, 'x'));
}

TEST_F(WebhookClientTest, SendsNothingBehindWhatFailedOfItsKeyAndEverythingElse) {
    const auto url = [this](const char* path) { return subscriber_.url("127.0.0.1", path); };
    const auto replies = open_.post({{url("/hook"), "a1", {}, "a"},
                                     {url("/no"), "b1", {}, "b"},
                                     {url("/hook"), "a2", {}, "a"},
                                     {url("/hook"), "b2", {}, "b"},
                                     {url("/hook"), "c1", {}, "c"},
                                     {url("/hook"), "a3", {}, "a"}},
                                    3);
    EXPECT_EQ(replies[1]->status, 500);
    EXPECT_FALSE(replies[3]);
    for (const auto i : {0, 2, 4, 5}) EXPECT_TRUE(replies[static_cast<std::size_t>(i)]->ok()) << i;
    auto heard = subscriber_.heard();
    EXPECT_EQ(heard.size(), 5U);
    const auto at = [&heard](const char* what) { return std::ranges::find(heard, what) - heard.begin(); };
    EXPECT_LT(at("/hook a1"), at("/hook a2"));
    EXPECT_LT(at("/hook a2"), at("/hook a3"));
}

TEST_F(WebhookClientTest, GivesUpWhatIsOnItsWayWhenItIsStopped) {
    auto config = allowing("127.0.0.0/8");
    config.deadline = 30s;
    WebhookClient client{config};
    std::jthread stopper{[&] {
        while (subscriber_.heard().empty()) std::this_thread::sleep_for(5ms);
        client.stop();
    }};
    const auto url = subscriber_.url("127.0.0.1", "/silent");
    const auto replies = client.post({{url, "1", {}, "a"}, {url, "2", {}, "a"}}, 1);
    EXPECT_FALSE(replies[0] || replies[1]);
}

TEST_F(WebhookClientTest, RefusesAUrlThatCanNeverBeRight) {
    const WebhookClient client{WebhookClient::Config{}};
    for (const auto* good : {"https://example.com/hooks?a=b", "http://example.com:8080/", "https://8.8.8.8/",
                             "https://[2a00:1450:4007:80e::200e]:8443/x", "HTTPS://Example.COM"}) {
        EXPECT_FALSE(client.refuse(good)) << good << ": " << *client.refuse(good);
    }
    for (const auto* bad :
         {"", "example.com", "/hooks", "ftp://example.com/", "file:///etc/passwd", "gopher://x/",
          "https://user@example.com/", "https://user:word@example.com/", "https://example.com/#a",
          "https://example.com:22/", "https://example.com:0/", "https://example.com:70000/",
          "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/",
          "https://10.0.0.1/", "https://[::ffff:10.0.0.1]/",

          "https://exa mple.com/"}) {
        EXPECT_TRUE(client.refuse(bad)) << bad;
    }
    EXPECT_TRUE(client.refuse("https://example.com/" + std::string(2048, 'x')));
}

}  // namespace
}  // namespace webhooks
