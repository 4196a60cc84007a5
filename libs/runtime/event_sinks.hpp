// EVENT_SINKS: from its text to destinations. A new kind of destination is a line in the table of sinks.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/environment.hpp"
#include "events/destination.hpp"
#include "events/webhook_signature.hpp"

namespace base::events {

// What sinks are made with; whatever else a kind needs it reads from the environment itself.
struct SinkSettings {
    std::string service;
    std::vector<standard_webhook::Key> keys;
    std::chrono::milliseconds deadline;
    Retries retries;
};

// `<name> <type-pattern>[,<type-pattern>] <url>` and more of them after semicolons. Every fault is said.
std::vector<std::shared_ptr<const Destination>> read_sinks(Environment& environment,
                                                           const SinkSettings& settings);

}  // namespace base::events
