// A catalog that answers lists of machine messages as a test tells it to, over real HTTP.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "contracts/machine_message.hpp"
#include "http/engine.hpp"

namespace testing_mqtt {

class CatalogStandIn {
public:
    using Messages = std::vector<contracts::MachineMessage>;
    using Answer = std::function<http::Response(const Messages&)>;

    // Until told otherwise it takes everything.
    static http::Response take(const Messages& messages);
    void answer_with(Answer answer);
    // While it holds, it has the list and does not answer.
    void hold();
    void release();

    std::string url() const { return "http://127.0.0.1:" + std::to_string(engine_.port()); }
    // Waits until it was asked that often in all; the lists so far, as their payloads, "a b|c".
    std::string lists(std::size_t at_least);
    Messages last();

private:
    void on_request(http::Request&& request, http::Responder respond);

    std::mutex mutex_;
    std::condition_variable asked_;
    Answer answer_ = take;
    bool holds_ = false;
    std::optional<http::Responder> held_;
    std::vector<Messages> lists_;
    http::Engine engine_{"127.0.0.1",
                         0,
                         1,
                         {.body_bytes = contracts::kMaxListBytes},
                         [this](http::Request&& request, http::Responder respond) {
                             on_request(std::move(request), std::move(respond));
                         }};
};

}  // namespace testing_mqtt
