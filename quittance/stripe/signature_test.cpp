#include "quittance/stripe/signature.hpp"

#include <gtest/gtest.h>

namespace quittance {
namespace {

// 389 bytes, no newline at the end.
constexpr auto kBody =
    R"({"id":"evt_demo_0001","object":"event","api_version":"2026-06-24.dahlia","created":1760000000,)"
    R"("data":{"object":{"id":"pi_demo_0001","object":"payment_intent","amount":12345,"amount_received":12345,)"
    R"("currency":"eur","status":"succeeded","metadata":{"order_id":"ord_0001"}}},"livemode":false,)"
    R"("pending_webhooks":1,"request":{"id":null,"idempotency_key":null},"type":"payment_intent.succeeded"})";

TEST(StripeSignature, is_that_of_the_vectors) {
    EXPECT_EQ(stripe_signature("whsec_demo_new_secret_0123456789", 1760000005, kBody),
              "t=1760000005,v1=a5b07f218400979a8150ebb16311b5a8ea9794ebd79b7304ab0ec0181fed2ae6");
    EXPECT_EQ(stripe_signature("whsec_demo_old_secret_0123456789", 1760000005, kBody),
              "t=1760000005,v1=f681ec952f63532bf421334c2315834b4197286febc283fd888fd97966373213");
}

}  // namespace
}  // namespace quittance
