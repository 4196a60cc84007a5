// The relay: brings what is in the outbox to where it belongs, at least once, in order per subject.
//
// Of all processes on a database one relays at a time; it holds an advisory lock on a connection of its own,
// and when that goes another takes over. A round: route what is not routed, let blocked keys whose time has
// come go, and start a worker for every destination that has something to be delivered. A worker delivers
// lists until nothing is left, so a slow or dead destination holds up no other; while others wait for a
// worker it goes behind them after each list. Destinations outside have workers of their own. Waking is a
// hint; the round comes anyway.
#pragma once

#include <memory>

#include "events/destination.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace events {

struct RelayConfig {
    std::string source;                   // /orders
    std::chrono::milliseconds poll{500};  // between rounds when nothing wakes it
    std::size_t workers = 16;             // destinations delivered to at once; as many of outside
    std::size_t list_bytes = 512 << 10;   // a list is cut when its data is more
    std::chrono::milliseconds initial_pause{
        200};  // how long a destination that is away is left alone, at first
    std::chrono::milliseconds max_pause{10'000};
    std::chrono::days keep{7};         // how long delivered events stay to be looked at and replayed
    std::chrono::days keep_inbox{30};  // longer than any event can be delivered again
};

class Relay {
public:
    // `db` is what `tell` writes to; `all` must outlive the relay.
    Relay(postgres::Database& db, RelayConfig config, Destinations& all, telemetry::Metrics& metrics);
    ~Relay();
    // There may be something to do: a delivery was replayed, a destination added. Safe from any thread.
    void wake();
    // Ends after the lists on their way. Called once requests are drained.
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace events
