#include "payment/providers/stripe/provider.hpp"

#include "payment/providers/provider_suite.hpp"

namespace payment {
namespace stripe {
namespace {

struct Sample {
    static const Provider& provider() { return kProvider; }
    static core::Secret secret() { return core::Secret{"whsec_demo_secret_0123456789"}; }
    static core::Time signed_at() { return core::from_unix_s(1760000005); }
    static http::Headers headers() {
        return {{"content-type", "application/json"},
                {"stripe-signature",
                 "t=1760000005,v1=4d401666d4218a8a4fa7aa366c8bce9fdbde022dc02b3ca9040b8816e69bb18d"}};
    }
    static std::string body() {
        return R"({"id":"evt_demo_0002","object":"event","created":1760000000,"data":{"object":{"id":"ch_demo_0002","object":"charge","amount":4200,"amount_captured":4200,"captured":true,"currency":"eur","payment_intent":"pi_demo_0002","status":"succeeded","receipt_email":"ada@example.com","billing_details":{"name":"Ada Example","address":{"line1":"1 Main Street","country":"FR"}},"payment_method_details":{"card":{"brand":"visa","last4":"4242"}},"metadata":{"order_id":"ord_0002","note":"a present"}}},"livemode":false,"type":"charge.succeeded"})";
    }
    static std::string unknown_type() {
        return R"({"id":"evt_1","type":"payout.paid","created":1,"data":{"object":{"id":"po_1"}}})";
    }
    static std::vector<std::string> personal_texts() {
        return {"Ada", "ada@example.com", "1 Main Street", "4242", "a present"};
    }
};

}  // namespace
}  // namespace stripe

INSTANTIATE_TYPED_TEST_SUITE_P(stripe, ProviderSuite, stripe::Sample);

}  // namespace payment
