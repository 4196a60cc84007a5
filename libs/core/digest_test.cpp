#include "core/digest.hpp"

#include <gtest/gtest.h>

namespace core {
namespace {

TEST(Digest, is_that_of_the_standards_examples) {
    // FIPS 180-2, B.1, and RFC 4231, test case 2.
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abc").size(), 32U);
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, hex_has_two_lower_case_digits_a_byte) {
    EXPECT_EQ(to_hex({"\x00\x0a\xff", 3}), "000aff");
    EXPECT_EQ(to_hex(""), "");
}

}  // namespace
}  // namespace core
