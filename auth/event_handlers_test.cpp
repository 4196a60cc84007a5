#include "auth/event_handlers.hpp"

#include <gtest/gtest.h>

#include "security/sealed_box.hpp"

namespace auth {
namespace {

using security::sealed_box::KeyPair;

PasswordSeal read(const std::string& public_keys, const std::string& secret_keys, bool* refused = nullptr) {
    core::Environment environment{[&](const char* name) -> const char* {
        if (std::string_view{name} == "PASSWORD_SEAL_PUBLIC_KEY") return public_keys.c_str();
        return std::string_view{name} == "PASSWORD_SEAL_SECRET_KEY" ? secret_keys.c_str() : nullptr;
    }};
    auto seal = PasswordSeal::read(environment);
    try {
        environment.check();
    } catch (const core::ConfigError&) {
        if (refused == nullptr) throw;
        *refused = true;
    }
    return seal;
}

std::string text(const core::Secret& secret) {
    return std::string{secret.reveal()};
}

TEST(PasswordSeal, OpensWhatIsSealedForAnyOfItsPairs) {
    const KeyPair old_pair = security::sealed_box::make_key_pair(),
                  new_pair = security::sealed_box::make_key_pair();
    const auto seal = read(new_pair.public_key + "," + old_pair.public_key,
                           text(new_pair.secret_key) + "," + text(old_pair.secret_key));
    for (const auto* pair : {&old_pair, &new_pair})
        EXPECT_EQ(seal.open(security::sealed_box::seal(pair->public_key, "a password")), "a password");
    const auto stranger = security::sealed_box::make_key_pair();
    EXPECT_EQ(seal.open(security::sealed_box::seal(stranger.public_key, "a password")), std::nullopt);
}

TEST(PasswordSeal, HasASecretKeyForEveryPublicOne) {
    const auto one = security::sealed_box::make_key_pair(), other = security::sealed_box::make_key_pair();
    bool refused = false;
    read(one.public_key + "," + other.public_key, text(one.secret_key), &refused);
    EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace auth
