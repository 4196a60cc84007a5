// The bridge's own variables.
#pragma once

#include "core/environment.hpp"
#include "mqtt-bridge/catalog_client.hpp"
#include "mqtt-bridge/command_poller.hpp"
#include "mqtt-bridge/forward_loop.hpp"
#include "mqtt-bridge/publisher.hpp"
#include "mqtt-bridge/session.hpp"

namespace mqtt_bridge {

struct Settings {
    Session::Config session;
    Publisher::Config publisher;
    CatalogClient::Config catalog;
    Commands::Config commands;
    Bridge::Config bridge;
};
Settings read_settings(core::Environment& environment);

// Host, port and whether to use TLS of mqtt://host[:port] or mqtts://host[:port]; nothing when it is neither.
std::optional<Broker> parse_broker(std::string_view url);

}  // namespace mqtt_bridge
