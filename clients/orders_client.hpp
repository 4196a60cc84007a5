// Asks `orders` what it holds of a client.
#pragma once

#include <optional>
#include <string>

#include "clients/client.hpp"
#include "http/client.hpp"

namespace clients {

class Orders {
public:
    explicit Orders(http::Client::Config config) : client_(std::move(config)) {}

    // The client's orders as a JSON list's text; nothing when they can't be had now.
    std::optional<std::string> of(const ClientId& id, const telemetry::Trace& trace);

private:
    http::Client client_;
};

}  // namespace clients
