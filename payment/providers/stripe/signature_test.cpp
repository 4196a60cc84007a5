#include "payment/providers/stripe/signature.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace payment::stripe {
namespace {

using core::Secret;

// The vector's body: 389 bytes, one line.
const std::string kBody =
    R"({"id":"evt_demo_0001","object":"event","api_version":"2026-06-24.dahlia","created":1760000000,"data":{"object":{"id":"pi_demo_0001","object":"payment_intent","amount":12345,"amount_received":12345,"currency":"eur","status":"succeeded","metadata":{"order_id":"ord_0001"}}},"livemode":false,"pending_webhooks":1,"request":{"id":null,"idempotency_key":null},"type":"payment_intent.succeeded"})";
const std::string kNew = "a5b07f218400979a8150ebb16311b5a8ea9794ebd79b7304ab0ec0181fed2ae6";
const std::string kOld = "f681ec952f63532bf421334c2315834b4197286febc283fd888fd97966373213";
const std::vector<Secret> kBoth{Secret{"whsec_demo_new_secret_0123456789"},
                                Secret{"whsec_demo_old_secret_0123456789"}};
const std::vector<Secret> kNewOnly{Secret{"whsec_demo_new_secret_0123456789"}};
constexpr std::int64_t kSignedAt = 1760000005;

Verification verify(const std::string& header, const std::vector<Secret>& secrets = kBoth,
                    const std::string& body = kBody, std::int64_t now = kSignedAt) {
    return verify_signature(header, body, secrets, core::from_unix_s(now), std::chrono::seconds{300});
}

bool genuine(const std::string& header, const std::vector<Secret>& secrets = kBoth,
             const std::string& body = kBody, std::int64_t now = kSignedAt) {
    return verify(header, secrets, body, now) == Verification::genuine;
}

TEST(Signature, OfEachLiveSecretIsTaken) {
    EXPECT_TRUE(genuine("t=1760000005,v1=" + kNew));
    EXPECT_TRUE(genuine("t=1760000005,v1=" + kOld));
    EXPECT_TRUE(genuine("t=1760000005,v1=" + kOld + ",v1=" + kNew, kNewOnly));
    EXPECT_TRUE(genuine("t=1760000005,v0=00,v1=" + kNew));
}

TEST(Signature, IsRefusedForEverythingElse) {
    EXPECT_FALSE(genuine("t=1760000005,v1=" + kOld, kNewOnly)) << "a secret that is no longer live";
    EXPECT_FALSE(genuine("t=1760000005,v0=" + kNew)) << "another scheme";
    EXPECT_FALSE(genuine("t=1760000006,v1=" + kNew)) << "another time";
    EXPECT_FALSE(genuine("t=1760000005,v1=" + kNew, kBoth, kBody + " ")) << "another body";
    EXPECT_FALSE(genuine("t=1760000005,v1=" + kNew.substr(1))) << "cut short";
    EXPECT_FALSE(genuine("v1=" + kNew)) << "no time";
    EXPECT_FALSE(genuine("t=,v1=" + kNew)) << "an empty time";
    EXPECT_FALSE(genuine("t=17600x,v1=" + kNew)) << "a time that is none";
    EXPECT_FALSE(genuine("t=99999999999999999999,v1=" + kNew)) << "a time out of range";
    EXPECT_FALSE(genuine("t=1760000005")) << "no signature";
    EXPECT_FALSE(genuine("")) << "nothing";
    EXPECT_FALSE(genuine("t=1760000005,v1=" + kNew, {})) << "no secret";
}

TEST(Signature, HoldsWithinTheToleranceOnBothSides) {
    const auto header = "t=1760000005,v1=" + kNew;
    EXPECT_TRUE(genuine(header, kBoth, kBody, kSignedAt + 300));
    EXPECT_TRUE(genuine(header, kBoth, kBody, kSignedAt - 300));
    EXPECT_FALSE(genuine(header, kBoth, kBody, kSignedAt + 301)) << "stale";
    EXPECT_FALSE(genuine(header, kBoth, kBody, kSignedAt - 301)) << "from the future";
}

TEST(Signature, IsStaleOnlyWhenItIsOfALiveSecret) {
    const auto header = "t=1760000005,v1=" + kNew;
    EXPECT_EQ(verify(header, kBoth, kBody, kSignedAt + 301), Verification::stale);
    EXPECT_EQ(verify(header, kBoth, kBody, kSignedAt - 301), Verification::stale);
    EXPECT_EQ(verify(header, kBoth, kBody + " ", kSignedAt + 301), Verification::forged);
}

}  // namespace
}  // namespace payment::stripe
