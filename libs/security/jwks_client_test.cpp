#include "security/jwks_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace security {
namespace {

using namespace std::chrono_literals;
using jwt::Signer;

// What `auth` would answer; nothing while it is away.
class Auth {
public:
    void serve(std::optional<std::string> document) {
        const std::lock_guard lock{mutex_};
        document_ = std::move(document);
    }
    JwksClient::Config config(std::chrono::milliseconds every) {
        return {.fetch =
                    [this] {
                        ++asked;
                        const std::lock_guard lock{mutex_};
                        return document_;
                    },
                .every = every};
    }
    std::atomic<int> asked = 0;

private:
    std::mutex mutex_;
    std::optional<std::string> document_;
};

std::string token_of(const Signer& signer, std::chrono::seconds life = 300s) {
    return signer.sign({.subject = "usr_1",
                        .role = http::Role::seller,
                        .issued_at = core::now(),
                        .expires_at = core::now() + life,
                        .id = "tok_1"});
}

bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 500; ++i) {
        if (holds()) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

struct Following : testing::Test {
    Auth auth;
    telemetry::Metrics metrics{"test"};
    Signer signer = Signer::make();
};

TEST_F(Following, WithoutKeysNobodyIsLetThroughAndNobodyIsWrong) {
    JwksClient keys{auth.config(10ms), metrics};
    EXPECT_EQ(keys.verify(token_of(signer)).error().kind, core::Kind::unavailable);
    auth.serve(jwt::jwks({signer}));
    EXPECT_TRUE(eventually([&] { return bool{keys.verify(token_of(signer))}; }));
}

TEST_F(Following, TheLastGoodKeysStayWhileAuthIsAway) {
    auth.serve(jwt::jwks({signer}));
    JwksClient keys{auth.config(10ms), metrics};
    for (const auto& answer : {std::optional<std::string>{}, std::optional<std::string>{"rubbish"},
                               std::optional<std::string>{R"({"keys":[]})"}}) {
        auth.serve(answer);
        const int before = auth.asked;
        ASSERT_TRUE(eventually([&] { return auth.asked > before + 2; }));
        EXPECT_TRUE(keys.verify(token_of(signer)));
    }
}

TEST_F(Following, AKeyThatIsNotHereIsFetchedAtOnceButNotForEveryToken) {
    auth.serve(jwt::jwks({signer}));
    JwksClient keys{auth.config(1h), metrics};
    const auto next = Signer::make();
    auth.serve(jwt::jwks({signer, next}));
    EXPECT_TRUE(keys.verify(token_of(next)));
    const int before = auth.asked;
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(keys.verify(token_of(Signer::make())));
    EXPECT_LE(auth.asked, before + 2);
}

TEST_F(Following, WhereNobodyNeedsATokenAMissingKeyIsNotWaitedFor) {
    auth.serve(jwt::jwks({signer}));
    JwksClient keys{auth.config(1h), metrics};
    const int before = auth.asked;
    EXPECT_FALSE(keys.verify(token_of(Signer::make()), JwksClient::Missing::refuse));
    EXPECT_TRUE(keys.verify(token_of(signer), JwksClient::Missing::refuse));
    EXPECT_EQ(auth.asked, before);
}

TEST_F(Following, WhatWasVerifiedIsRememberedUntilItsKeyIsGone) {
    auth.serve(jwt::jwks({signer}));
    JwksClient keys{auth.config(10ms), metrics};
    const auto token = token_of(signer);
    EXPECT_FALSE(keys.remembered(token));
    ASSERT_TRUE(keys.verify(token));
    ASSERT_TRUE(keys.remembered(token));
    EXPECT_EQ(keys.remembered(token)->subject, "usr_1");
    EXPECT_EQ(keys.remembered(token)->role, http::Role::seller);
    EXPECT_FALSE(keys.remembered(token + "x"));
    auth.serve(jwt::jwks({Signer::make()}));
    EXPECT_TRUE(eventually([&] { return !keys.remembered(token); }));
    EXPECT_FALSE(keys.verify(token));
}

TEST_F(Following, WhatIsRememberedExpires) {
    auth.serve(jwt::jwks({signer}));
    JwksClient keys{auth.config(1h), metrics};
    const auto token = token_of(signer, 2s);
    ASSERT_TRUE(keys.verify(token));
    ASSERT_TRUE(keys.remembered(token));
    EXPECT_TRUE(eventually([&] { return !keys.remembered(token); }));
    EXPECT_FALSE(keys.verify(token));
}

}  // namespace
}  // namespace security
