// What --healthcheck asks: whether the service that listens at LISTEN is ready.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace runtime {

// Nothing when GET /readyz was answered 200 within two seconds, else why not.
std::optional<std::string> why_not_ready(const std::string& listens_at, std::uint16_t port);

}  // namespace runtime
