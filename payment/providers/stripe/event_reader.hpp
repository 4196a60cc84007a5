// What Stripe sends: its signature and its events. Pure.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "core/clock.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "payment/event.hpp"

namespace payment::stripe {

// Whether `header` (Stripe-Signature: t=…,v1=…[,v1=…]) signs `body` by one of the live secrets, not longer
// ago and not further ahead than the tolerance. The whole secret, prefix included, is the key; schemes other
// than v1 are ignored. Compares in constant time, and looks at the age last.
// https://docs.stripe.com/webhooks/signature
bool is_genuine(std::string_view header, std::string_view body, std::span<const core::Secret> secrets,
                core::Time now, std::chrono::seconds tolerance);

// Reads an event (https://docs.stripe.com/api/events/object). `malformed` when it is not one at all; an event
// of a type that moves money whose object can't be read comes back with `unreadable` said.
core::Result<Event> read_event(std::string_view body);

// The type as a constant when it is one that moves money, else "other": a name there is a bounded number of.
std::string_view known_type(std::string_view type);

// Stripe's amount (its own idea of minor units, lower-case code) in ISO 4217 minor units. Nothing for an
// unknown currency, a negative amount, or one that is no whole number of ISO minor units.
// https://docs.stripe.com/currencies#minor-units
std::optional<core::Money> to_money(std::int64_t amount, std::string_view currency);

}  // namespace payment::stripe
