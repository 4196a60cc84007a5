// Where events go: an interface with one implementation per kind of destination.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "events/event.hpp"

namespace events {

struct Outcome {
    enum class Kind {
        delivered,    // confirmed by the destination
        failed,       // this event's own failure: counts as a try, its key waits, other keys go on
        refused,      // the destination will never take it: parked at once, its key goes on
        unavailable,  // the destination can't take anything now: counts as nobody's try, all of it waits
    };
    Kind kind;
    std::string reason = {};  // for an admin: no secrets, no payload
    // What the destination asked for (Retry-After), where it did.
    std::optional<std::chrono::milliseconds> retry_after = {};

    static Outcome delivered() { return {Kind::delivered}; }
    static Outcome failed(std::string reason) { return {Kind::failed, std::move(reason)}; }
    static Outcome refused(std::string reason) { return {Kind::refused, std::move(reason)}; }
    static Outcome unavailable(std::string reason) { return {Kind::unavailable, std::move(reason)}; }
};

class Sink {
public:
    virtual ~Sink() = default;

    // Delivers `events`, at most as many as the destination's list size, and answers an outcome for each, in
    // order. Once an event has failed, no later one of the same subject may be delivered: it is answered
    // `failed` too, which does not count as a try of its own. May block as long as its deadline; an exception
    // counts as unavailable. One thread calls it at a time.
    virtual std::vector<Outcome> deliver(std::span<const Event> events) = 0;
};

}  // namespace events
