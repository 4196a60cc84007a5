#include "mqtt-bridge/forward_loop.hpp"

#include "core/log.hpp"

namespace mqtt_bridge {

Bridge::Bridge(Config config, Session& session, CatalogClient& catalog, telemetry::Metrics& metrics,
               std::function<void(std::vector<contracts::MachineAck>)> committed)
    : session_(session),
      catalog_(catalog),
      committed_(std::move(committed)),
      observe_lag_(metrics.seconds("mqtt_bridge_lag_seconds",
                                   "From the arrival of a batch's first message to its PUBACK")),
      set_batch_(metrics.gauge("mqtt_bridge_batch_messages", "Messages in the last batch")),
      batch_(config.batch_max),
      backoff_(config.backoff),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Bridge::~Bridge() {
    stop();
}

void Bridge::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void Bridge::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        try {
            if (session_.connect()) {
                while (!stop.stop_requested() && forward_batch()) {
                }
            }
        } catch (const std::exception& error) {
            core::log::error("the bridge starts over", {{"error", std::string{error.what()}}});
        }
        // Whatever went wrong, the broker has kept what was not acknowledged.
        core::wait_for(stop, backoff_.next());
    }
}

// False when the bridge must reconnect.
bool Bridge::forward_batch() {
    constexpr std::chrono::milliseconds kNoticeAStop{200};
    batch_.clear();
    if (!session_.collect(batch_, kNoticeAStop)) return false;
    if (batch_.empty()) {
        if (session_.subscribed() && catalog_.reachable()) backoff_.reset();
        return true;
    }
    auto acks = catalog_.deliver(batch_.messages());
    if (!acks || !session_.acknowledge()) return false;
    backoff_.reset();
    observe();
    committed_(*std::move(acks));
    return true;
}

void Bridge::observe() {
    const auto messages = batch_.messages();
    const auto lag = core::now() - messages.front().received_at;
    observe_lag_(std::chrono::duration<double>(lag).count());
    set_batch_(static_cast<double>(messages.size()));
}

}  // namespace mqtt_bridge
