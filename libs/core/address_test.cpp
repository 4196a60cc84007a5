#include "core/address.hpp"

#include <gtest/gtest.h>

namespace core {
namespace {

TEST(Address, KnowsTheCountriesThereAre) {
    for (const auto* code : {"AD", "DE", "FR", "GB", "US", "ZW"}) EXPECT_TRUE(is_country(code)) << code;
    for (const auto* code : {"", "de", "UK", "XX", "EU", "SU", "DEU", "D"})
        EXPECT_FALSE(is_country(code)) << code;
}

TEST(Email, IsPlausibleOrRefused) {
    for (const auto* email :
         {"a@b.co", "first.last+tag@sub.example.com", "o'neil@example.com", "ü@bücher.example", "1@1.1"}) {
        EXPECT_TRUE(is_email(email)) << email;
    }
    for (const auto* email :
         {"", "a", "a@", "@b.co", "a@b", "a@b.", "a@.co", "a@b..co", "a b@c.de", "a@b c.de", "a@@b.co",
          "a@-b.co", "a@b-.co", "<a@b.co>", "a@b.co, c@d.ef", "a@b_c.de"}) {
        EXPECT_FALSE(is_email(email)) << email;
    }
    EXPECT_FALSE(is_email(std::string(65, 'a') + "@example.com"));
    EXPECT_FALSE(is_email("a@" + std::string(64, 'b') + ".com"));
    EXPECT_FALSE(is_email("a@" + std::string(250, 'b') + ".com"));
}

}  // namespace
}  // namespace core
