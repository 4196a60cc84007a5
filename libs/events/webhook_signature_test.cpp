#include "events/webhook_signature.hpp"

#include <gtest/gtest.h>

namespace events::webhook_signature {
namespace {

const auto kNow = core::from_unix_s(1'614'265'330);

Key key(const char* text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") {
    return *Key::parse(text);
}

http::Request request(http::Headers headers, std::string body) {
    return {.method = http::Method::post,
            .path = {},
            .query = {},
            .headers = std::move(headers),
            .body = std::move(body),
            .caller = {},
            .request_id = {},
            .trace = {},
            .path_values = {}};
}

// The example of the specification's reference implementations.
TEST(StandardWebhook, SignsAsTheReferenceDoes) {
    EXPECT_EQ(key().sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330, R"({"test": 2432232314})"),
              "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(StandardWebhook, TakesWhatAnyOfItsKeysSigned) {
    const auto old_key = Key::make();
    const auto both = headers({old_key, key()}, "msg_1", kNow, "body");
    EXPECT_TRUE(verify({key()}, request(both, "body"), kNow));
    EXPECT_TRUE(verify({old_key}, request(both, "body"), kNow));
    EXPECT_TRUE(verify({Key::make(), key()}, request(headers({key()}, "msg_1", kNow, "body"), "body"), kNow));
    EXPECT_FALSE(verify({Key::make()}, request(both, "body"), kNow));
    EXPECT_FALSE(verify({}, request(both, "body"), kNow));
}

TEST(StandardWebhook, RefusesWhatIsChangedOldOrOfTheFuture) {
    const auto signed_headers = headers({key()}, "msg_1", kNow, "body");
    using std::chrono::seconds;
    EXPECT_TRUE(verify({key()}, request(signed_headers, "body"), kNow + seconds{300}));
    EXPECT_FALSE(verify({key()}, request(signed_headers, "body"), kNow + seconds{301}));
    EXPECT_FALSE(verify({key()}, request(signed_headers, "body"), kNow - seconds{301}));
    EXPECT_FALSE(verify({key()}, request(signed_headers, "Body"), kNow));
    for (std::size_t i = 0; i < signed_headers.size(); ++i) {
        auto changed = signed_headers;
        changed[i].second += "0";
        EXPECT_FALSE(verify({key()}, request(changed, "body"), kNow)) << changed[i].first;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(verify({key()}, request(changed, "body"), kNow));
    }
}

TEST(StandardWebhook, AKeyIsWhsecAndBase64OfEnoughBytes) {
    EXPECT_EQ(key().text(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    EXPECT_TRUE(Key::parse(Key::make().text()));
    for (const auto* wrong :
         {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_no base64!"}) {
        EXPECT_FALSE(Key::parse(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace events::webhook_signature
