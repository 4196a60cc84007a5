// Stripe as a provider of payments (https://docs.stripe.com/webhooks).
#pragma once

#include "payment/provider.hpp"

namespace payment::stripe {

extern const Provider kProvider;

}  // namespace payment::stripe
