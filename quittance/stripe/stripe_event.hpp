// Events in the shape Stripe sends them. https://docs.stripe.com/api/events/object
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "quittance/stripe/payment_scenario.hpp"

namespace quittance {

// The types with an object of their own; any other type gets a bare object.
std::vector<std::string> known_stripe_types();

// The body of the webhook, indented by two as Stripe's are.
std::string stripe_event(std::string_view type, const std::string& event_id, const PaymentScenario& story);

}  // namespace quittance
