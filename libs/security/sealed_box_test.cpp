#include "security/sealed_box.hpp"

#include <gtest/gtest.h>

#include "core/base64.hpp"

namespace security::sealed_box {
namespace {

std::string with_a_bit_changed(const std::string& base64) {
    auto bytes = core::from_base64(base64).value();
    bytes[bytes.size() / 2] ^= 1;
    return core::to_base64(bytes);
}

TEST(Sealed, IsOpenedByItsReaderOnly) {
    const auto reader = make_key_pair();
    const auto other = make_key_pair();
    const auto sealed = seal(reader.public_key, "a pässword");
    EXPECT_EQ(unseal(reader.public_key, reader.secret_key, sealed), "a pässword");
    EXPECT_EQ(unseal(other.public_key, other.secret_key, sealed), std::nullopt);
}

TEST(Sealed, IsDifferentEachTimeAndDoesNotShowItsText) {
    const auto reader = make_key_pair();
    const auto sealed = seal(reader.public_key, "the same");
    EXPECT_NE(sealed, seal(reader.public_key, "the same"));
    EXPECT_EQ(core::from_base64(sealed).value().find("the same"), std::string::npos);
}

TEST(Sealed, IsNotOpenedWhenItWasChanged) {
    const auto reader = make_key_pair();
    const auto sealed = seal(reader.public_key, "text");
    for (const auto& wrong : {with_a_bit_changed(sealed), std::string{}, std::string{"AAAA"}, sealed + "!"}) {
        EXPECT_EQ(unseal(reader.public_key, reader.secret_key, wrong), std::nullopt) << wrong;
    }
}

TEST(Sealed, TakesAnEmptyText) {
    const auto reader = make_key_pair();
    EXPECT_EQ(unseal(reader.public_key, reader.secret_key, seal(reader.public_key, "")), "");
}

TEST(Locked, IsUnlockedByItsKeyOnly) {
    const auto key = make_key();
    const auto locked = encrypt(key, "a private key");
    EXPECT_EQ(decrypt(key, locked), "a private key");
    EXPECT_EQ(decrypt(make_key(), locked), std::nullopt);
    EXPECT_EQ(decrypt(key, with_a_bit_changed(locked)), std::nullopt);
    EXPECT_EQ(decrypt(key, "AAAA"), std::nullopt);
}

TEST(Locked, IsLockedAnewWithTheFirstKeyOnceAndTheOldOneCanGo) {
    const auto old_key = make_key(), new_key = make_key();
    const auto locked = encrypt(old_key, "a private key");
    const std::vector<core::Secret> keys{new_key, old_key};
    EXPECT_EQ(decrypt(keys, locked), "a private key");
    const auto anew = reencrypt(keys, locked);
    ASSERT_TRUE(anew);
    EXPECT_EQ(decrypt(new_key, *anew), "a private key");
    EXPECT_EQ(decrypt(old_key, *anew), std::nullopt);
    EXPECT_EQ(reencrypt(keys, *anew), std::nullopt);
    EXPECT_EQ(reencrypt(keys, encrypt(make_key(), "a stranger's")), std::nullopt);
}

TEST(Sealed, TakesNoKeyThatIsNone) {
    EXPECT_THROW(seal("c2hvcnQ=", "text"), std::invalid_argument);
    EXPECT_FALSE(is_key("c2hvcnQ="));
    core::Environment environment{[](const char* name) {
        return std::string_view{name} == "SOME_KEY" ? "not base64 at all" : nullptr;
    }};
    EXPECT_EQ(read_public_keys(environment, {"SOME_KEY", "a key"}).size(), 1U);
    EXPECT_EQ(read_secret_keys(environment, {"SOME_KEY", "a key"}).size(), 1U);
    EXPECT_EQ(read_secret_keys(environment, {"NO_KEY", "a key"}).size(), 1U);
    EXPECT_THROW(environment.check(), core::ConfigError);
}

}  // namespace
}  // namespace security::sealed_box
