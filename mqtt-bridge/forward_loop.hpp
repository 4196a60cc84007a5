// The loop: collect – commit – acknowledge, and what happens when one of them fails.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "core/backoff.hpp"
#include "mqtt-bridge/batch.hpp"
#include "mqtt-bridge/catalog_client.hpp"
#include "mqtt-bridge/session.hpp"
#include "telemetry/metrics.hpp"

namespace mqtt_bridge {

class Bridge {
public:
    struct Config {
        std::size_t batch_max = contracts::kMaxMachineMessages;
        core::Backoff::Config backoff;
    };
    // `committed` is told what machines may rely on, on the bridge's thread.
    Bridge(Config config, Session& session, CatalogClient& catalog, telemetry::Metrics& metrics,
           std::function<void(std::vector<contracts::MachineAck>)> committed);
    ~Bridge();

    // May be called from any thread; the batch at hand is brought to its end.
    void request_stop() { thread_.request_stop(); }
    void stop();

private:
    void run(const std::stop_token& stop);
    bool forward_batch();
    void observe();

    Session& session_;
    CatalogClient& catalog_;
    const std::function<void(std::vector<contracts::MachineAck>)> committed_;
    const std::function<void(double)> observe_lag_;
    const std::function<void(double)> set_batch_;
    Batch batch_;
    core::Backoff backoff_;
    std::jthread thread_;
};

}  // namespace mqtt_bridge
