// The events Stripe sends. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/money.hpp"
#include "core/result.hpp"
#include "payment/event.hpp"

namespace payment::stripe {

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
