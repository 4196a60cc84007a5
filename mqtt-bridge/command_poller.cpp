#include "mqtt-bridge/command_poller.hpp"

#include "core/backoff.hpp"
#include "core/log.hpp"

namespace mqtt_bridge {

Commands::Commands(Config config, CatalogClient& catalog, PublishQueue& outbox)
    : config_(std::move(config)),
      catalog_(catalog),
      outbox_(outbox),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Commands::~Commands() {
    stop();
}

void Commands::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void Commands::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        try {
            exchange();
        } catch (const std::exception& error) {
            core::log::warn("commands wait", {{"error", std::string{error.what()}}});
        }
        core::wait_for(stop, config_.every);
    }
}

void Commands::exchange() {
    auto published = outbox_.to_report();
    auto commands = catalog_.exchange({config_.scopes, published});
    if (!commands) return;  // it is told again the next time
    outbox_.reported(published);
    outbox_.put(*std::move(commands), std::chrono::steady_clock::now());
}

}  // namespace mqtt_bridge
