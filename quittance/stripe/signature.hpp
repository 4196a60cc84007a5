// Stripe's signature, made as Stripe makes it. https://docs.stripe.com/webhooks/signature
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quittance {

// The value of the header Stripe-Signature. The key is the whole secret, `whsec_` included.
std::string stripe_signature(std::string_view secret, std::int64_t unix_s, std::string_view body);

}  // namespace quittance
