// Who is told what: destinations as the relay sees them, whether they come from EVENT_SINKS or from a table.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/sink.hpp"

namespace events {

// When a failed event is tried again: try n waits about first · 2ⁿ⁻¹, at most `most`, with jitter.
// `schedule`, where it is given, replaces that: its n-th entry is the wait after try n, and its length + 1
// the tries.
struct Retries {
    int tries = 12;  // then the event is parked
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds most{15 * 60 * 1000};
    std::vector<std::chrono::milliseconds> schedule = {};

    int max_tries() const;
    // The wait after that try (1, 2, …), with jitter.
    std::chrono::milliseconds wait(int after_try) const;
};

struct Destination {
    std::string name;  // kept with each delivery: the same over restarts
    std::vector<TypePattern> types;
    std::shared_ptr<Sink> sink;
    Retries retries = {};
    std::size_t max_in_list = kMaxEvents;
    bool is_outside = false;  // somebody else's: however many such there are, ours are not held up by them

    bool wants(std::string_view type) const;
};

// What a destination is called in metrics: subscriptions all the same, as there may be any number of them.
std::string label_of(const std::string& destination);

// The relay asks before it routes and before it delivers. An event is routed to those there are when it is
// routed.
class Destinations {
public:
    virtual ~Destinations() = default;
    virtual std::vector<std::shared_ptr<const Destination>> list() = 0;
    // Whether there is one of that name, though it may hear nothing for now. What was routed to others is
    // parked.
    virtual bool knows(const std::string& name) = 0;
};

}  // namespace events
