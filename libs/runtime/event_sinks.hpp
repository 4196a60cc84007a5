// EVENT_SINKS: from its text to destinations. A new kind of destination is a line in the table of sinks.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/environment.hpp"
#include "events/destination.hpp"
#include "events/messaging.hpp"
#include "events/webhook_signature.hpp"

namespace runtime {

// What sinks are made with; whatever else a kind needs it reads from the environment itself.
struct SinkSettings {
    std::string service;
    std::vector<events::webhook_signature::Key> keys;
    std::chrono::milliseconds deadline;
    events::Retries retries;
};

// A service's events::Config with the destinations of EVENT_SINKS.
events::Config read_event_config(core::Environment& environment, const std::string& service);

// `<name> <type-pattern>[,<type-pattern>] <url>` and more of them after semicolons. Every fault is said.
std::vector<std::shared_ptr<const events::Destination>> read_sinks(core::Environment& environment,
                                                                   const SinkSettings& settings);

}  // namespace runtime
