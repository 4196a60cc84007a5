// The thread that fetches commands for machines from catalog, and tells it which ones the broker has.
#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "mqtt-bridge/catalog_client.hpp"
#include "mqtt-bridge/publish_queue.hpp"

namespace mqtt_bridge {

class Commands {
public:
    struct Config {
        std::vector<std::string> scopes;  // beginnings of topics, each ending in a slash
        std::chrono::milliseconds every{500};
    };
    Commands(Config config, CatalogClient& catalog, PublishQueue& outbox);
    ~Commands();
    void stop();

private:
    void run(const std::stop_token& stop);
    void exchange();

    const Config config_;
    CatalogClient& catalog_;
    PublishQueue& outbox_;
    std::jthread thread_;
};

}  // namespace mqtt_bridge
