// POSTs to URLs that somebody else named: to public addresses only, no redirects, no proxies, TLS verified,
// and little is read of what comes back.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/environment.hpp"
#include "http/message.hpp"
#include "webhooks/ssrf_guard.hpp"

namespace webhooks {

class WebhookClient {
public:
    struct Config {
        std::vector<Network> allowed;  // addresses let through although they are not public
        std::chrono::milliseconds connect_timeout{5'000};
        std::chrono::milliseconds deadline{15'000};  // from name to the last byte of the answer
        std::vector<std::string> names = {};         // host:port:address, instead of asking DNS; for tests
    };
    // WEBHOOK_ALLOW_ADDRESSES (networks, comma-separated) and WEBHOOK_DEADLINE_MS.
    static Config read(core::Environment& environment);

    struct Post {
        std::string url;
        std::string body;
        http::Headers headers;
        std::string key;  // posts of one key go out one after the other
    };
    struct Reply {
        int status = 0;  // 0: none came
        std::string
            failure;       // why: the address is loopback, no answer in time, …; written for the subscriber
        std::string body;  // its first bytes, as they came
        std::optional<std::chrono::seconds> retry_after;
        std::chrono::milliseconds took{0};

        bool ok() const { return status >= 200 && status < 300; }
    };

    explicit WebhookClient(Config config);
    ~WebhookClient();

    // What is wrong with a URL (scheme, user, port, an address that is written out); nothing when it may be
    // tried.
    std::optional<std::string> refuse(const std::string& url) const;

    // A reply per post, in their order; those behind one of their key that was not `ok` are not sent. Up to
    // `in_flight` go out at once. For one thread at a time, whose connections it keeps.
    std::vector<std::optional<Reply>> post(std::vector<Post> posts, std::size_t in_flight);
    // From any thread: what is on its way is given up, and nothing is sent any more.
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace webhooks
