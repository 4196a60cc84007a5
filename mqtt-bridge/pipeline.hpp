// Everything the bridge is made of, in the order it is built: from the broker to catalog and back.
#pragma once

#include <atomic>

#include "mqtt-bridge/settings.hpp"

namespace mqtt_bridge {

class Pipeline {
public:
    // `replaced` becomes true, and the process gets SIGTERM, when a newer bridge claims the client id.
    Pipeline(Settings settings, telemetry::Metrics& metrics, std::atomic<bool>& replaced);
    bool ready() const { return !replaced_ && session_.subscribed() && catalog_.reachable(); }
    void stop();

private:
    void step_down();

    std::atomic<bool>& replaced_;
    PublishQueue outbox_;
    Session session_;
    CatalogClient catalog_;
    Commands commands_;
    Bridge bridge_;
    Publisher publisher_;
};

}  // namespace mqtt_bridge
