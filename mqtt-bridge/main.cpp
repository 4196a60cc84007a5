#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <memory>

#include "core/log.hpp"
#include "runtime/service.hpp"
#include "mqtt-bridge/settings.hpp"

extern const std::string_view kOpenApi;

namespace {

constexpr int kReplaced = 3;  // exit status: a newer bridge serves this client id
std::atomic<bool> replaced = false;

// Everything the bridge is made of, in the order it is built.
struct Program {
    Program(mqtt_bridge::Settings settings, telemetry::Metrics& metrics)
        : session(std::move(settings.session), metrics),
          catalog(std::move(settings.catalog), metrics),
          commands(std::move(settings.commands), catalog, outbox),
          bridge(settings.bridge, session, catalog, metrics,
                 [this](auto acks) { outbox.put(std::move(acks)); }),
          publisher(std::move(settings.publisher), outbox, metrics, [this] { step_down(); }) {}

    void step_down() {
        if (replaced.exchange(true)) return;
        core::log::error("a newer bridge has taken this client id over; this one stops");
        bridge.request_stop();
        ::kill(::getpid(), SIGTERM);
    }
    bool ready() const { return !replaced && session.subscribed() && catalog.reachable(); }
    void stop() {
        commands.stop();
        bridge.stop();
        publisher.stop();  // last: it tells machines what was committed
    }

    mqtt_bridge::PublishQueue outbox;
    mqtt_bridge::Session session;
    mqtt_bridge::CatalogClient catalog;
    mqtt_bridge::Commands commands;
    mqtt_bridge::Bridge bridge;
    mqtt_bridge::Publisher publisher;
};

runtime::App build(core::Environment& environment, telemetry::Metrics& metrics) {
    auto settings = mqtt_bridge::read_settings(environment);
    environment.check();
    const auto program = std::make_shared<Program>(std::move(settings), metrics);
    return {.routes = {},
            .ready = [program] { return program->ready(); },
            .stop = [program] { program->stop(); }};
}

}  // namespace

int main(int argc, char** argv) {
    const int status = runtime::serve(argc, argv, "mqtt-bridge", kOpenApi, build);
    return replaced ? kReplaced : status;
}
