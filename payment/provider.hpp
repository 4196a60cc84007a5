// One payment provider as the service uses it: its signature, its events and its personal data.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "http/message.hpp"
#include "payment/event.hpp"

namespace payment {

// HTTP statuses by failure class; an account may override each.
struct Answers {
    int order_pending = 503;  // order unknown, within the grace time: it may be on its way
    int order_unknown = 422;  // after it
    int mismatch = 422;       // amount or currency
    int refused = 422;        // the order can't take it, or the event can't be read
    int unavailable = 503;    // orders or the database is unavailable
};

enum class Verification {
    genuine,
    forged,  // not signed by a live secret, or not signed at all
    stale,   // signed by one, but longer ago or further ahead than the tolerance
};

// What differs between providers; every function is pure and may be called from any thread.
struct Provider {
    // Also the name, or the part before the first '-', of its accounts: lower-case letters and digits.
    std::string_view name;

    // Whether one of `secrets` signs `body`, byte for byte as received; header names are in lower case.
    Verification (*verify)(const http::Headers& headers, std::string_view body,
                           std::span<const core::Secret> secrets, core::Time now,
                           std::chrono::seconds tolerance);

    // Reads a body: `malformed` when it is no event, an Event with `unreadable` when its facts can't be read.
    core::Result<Event> (*parse)(std::string_view body);

    // The type as a constant when it moves money, else "other": a bounded number of metric labels.
    std::string_view (*event_type_label)(std::string_view type);

    // The body without personal data but with its facts; "{}" when it is not JSON. Idempotent.
    std::string (*redact)(std::string_view body);

    // Of an account without overrides.
    Answers default_answers = {};
};

}  // namespace payment
