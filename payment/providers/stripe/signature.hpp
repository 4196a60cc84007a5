// The signature of Stripe's webhooks (https://docs.stripe.com/webhooks/signature). Pure.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "payment/provider.hpp"

namespace payment::stripe {

// Whether `header` (Stripe-Signature: t=…,v1=…[,v1=…]) signs `body` by one of the live secrets, not longer
// ago and not further ahead than the tolerance. The whole secret, prefix included, is the key; schemes other
// than v1 are ignored. Compares in constant time, and looks at the age last.
Verification verify_signature(std::string_view header, std::string_view body,
                              std::span<const core::Secret> secrets, core::Time now,
                              std::chrono::seconds tolerance);

}  // namespace payment::stripe
