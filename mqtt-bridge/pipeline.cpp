#include "mqtt-bridge/pipeline.hpp"

#include <signal.h>
#include <unistd.h>

#include "core/log.hpp"

namespace mqtt_bridge {

Pipeline::Pipeline(Settings settings, telemetry::Metrics& metrics, std::atomic<bool>& replaced)
    : replaced_(replaced),
      session_(std::move(settings.session), metrics),
      catalog_(std::move(settings.catalog), metrics),
      commands_(std::move(settings.commands), catalog_, outbox_),
      bridge_(settings.bridge, session_, catalog_, metrics,
              [this](auto acks) { outbox_.put(std::move(acks)); }),
      publisher_(std::move(settings.publisher), outbox_, metrics, [this] { step_down(); }) {}

void Pipeline::step_down() {
    if (replaced_.exchange(true)) return;
    core::log::error("a newer bridge has taken this client id over; this one stops");
    bridge_.request_stop();
    ::kill(::getpid(), SIGTERM);
}

void Pipeline::stop() {
    commands_.stop();
    bridge_.stop();
    publisher_.stop();  // last: it tells machines what was committed
}

}  // namespace mqtt_bridge
