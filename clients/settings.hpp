// The service's own variables.
#pragma once

#include <string>

#include "core/environment.hpp"
#include "http/client.hpp"

namespace clients {

struct Settings {
    std::string password_seal_public_key;
    http::Client::Config orders;
};
Settings read_settings(core::Environment& environment);

}  // namespace clients
