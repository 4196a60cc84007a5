#include "clients/client.hpp"

#include <gtest/gtest.h>

namespace clients {
namespace {

TEST(Locale, IsALanguageAndPerhapsARegion) {
    for (const auto* text : {"en", "fr", "de-CH", "fr-CA", "gsw", "es-419"})
        EXPECT_TRUE(is_locale(text)) << text;
    for (const auto* text :
         {"", "e", "EN", "english", "en_GB", "en-", "en-gb", "en-GBR", "-GB", "en-GB-x", "en\r\n"})
        EXPECT_FALSE(is_locale(text)) << text;
}

TEST(Phone, IsAnInternationalNumber) {
    for (const auto* text : {"+33123456789", "+4915112345678", "+1234567", "+123456789012345"})
        EXPECT_TRUE(is_phone(text)) << text;
    for (const auto* text : {"", "+", "0123456789", "+0123456789", "+33 1 23 45 67 89", "+123456",
                             "+1234567890123456", "+33123x5678"})
        EXPECT_FALSE(is_phone(text)) << text;
}

TEST(Password, IsLongEnoughAndNotTooLong) {
    EXPECT_FALSE(password_fault("correct horse", "ada@example.com"));
    EXPECT_FALSE(password_fault("0123456789", ""));
    EXPECT_TRUE(password_fault("012345678", ""));
    EXPECT_TRUE(password_fault("", ""));
    EXPECT_FALSE(password_fault(std::string(128, 'x'), ""));
    EXPECT_TRUE(password_fault(std::string(129, 'x'), ""));
}

TEST(Password, IsCountedInCharactersAndBounded) {
    EXPECT_FALSE(password_fault("äöüäöüäöüä", ""));
    EXPECT_TRUE(password_fault("äöüäöüäöü", ""));
    std::string emoji;
    for (int i = 0; i < 128; ++i) emoji += "😀";
    EXPECT_TRUE(password_fault(emoji, ""));
}

TEST(Password, IsNotTheEmailAddress) {
    EXPECT_TRUE(password_fault("ADA@example.com", "ada@Example.com"));
}

TEST(Email, IsTheSameInCapitals) {
    EXPECT_TRUE(is_same_email("Ada@Example.com", "ada@example.COM"));
    EXPECT_FALSE(is_same_email("ada@example.com", "ada@example.co"));
    EXPECT_FALSE(is_same_email("a@b.co", "b@b.co"));
}

}  // namespace
}  // namespace clients
