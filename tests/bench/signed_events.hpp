// Signed webhook requests, made before the load begins so that signing costs nothing while it runs.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

struct Event {
    std::string id;       // evt_…
    std::string request;  // head and body, ready to be sent
};

struct EventTemplate {
    std::string body;  // {{event}}, {{payment}}, {{charge}} and {{order}} stand for the ids
    std::string host;
    std::string path;
    std::string secret;
};

// One event for each order; `run` makes the ids of this run differ from every other's.
std::vector<Event> make_events(const EventTemplate& form, const std::string& run,
                               const std::vector<std::string>& orders);

}  // namespace bench
