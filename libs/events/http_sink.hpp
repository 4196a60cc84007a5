// Tells another service: a list of events as a CloudEvents batch by POST, bearing the service token and
// signed as a Standard Webhook; the answer says of each event what became of it.
//
// What the receiver says of the whole list (a 500, no answer, nonsense) is nobody's fault in particular: the
// list is told again in parts, down to single events, so that one poisonous event fails alone.
#pragma once

#include "events/sink.hpp"
#include "events/webhook_signature.hpp"
#include "http/client.hpp"

namespace events {

class HttpSink : public Sink {
public:
    struct Config {
        std::string url;
        std::string bearer;
        std::vector<webhook_signature::Key> keys;
        std::chrono::milliseconds deadline{10'000};
    };
    explicit HttpSink(Config config);
    std::vector<Outcome> deliver(std::span<const Event> events) override;

private:
    struct Telling;
    void publish(Telling& telling, std::span<const std::size_t> indexes);
    void publish_in_parts(Telling& telling, std::span<const std::size_t> indexes, std::size_t part_size);
    static bool take(Telling& telling, std::span<const std::size_t> indexes, const std::string& body);

    Config config_;
    http::Client client_;
    // How many of the next events are told one by one: the receiver died of a list that held them.
    std::size_t suspects_ = 0;
};

}  // namespace events
