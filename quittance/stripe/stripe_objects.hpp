// The objects Stripe's events are about, with every member Stripe sends and the values of an ordinary card
// payment.
#pragma once

#include "core/json.hpp"

namespace quittance {

using Json = core::json::Value;

Json payment_intent_template();    // https://docs.stripe.com/api/payment_intents/object
Json charge_template();            // https://docs.stripe.com/api/charges/object
Json refund_template();            // https://docs.stripe.com/api/refunds/object
Json dispute_template();           // https://docs.stripe.com/api/disputes/object
Json checkout_session_template();  // https://docs.stripe.com/api/checkout/sessions/object

}  // namespace quittance
