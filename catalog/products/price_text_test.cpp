#include "catalog/products/price_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>

namespace catalog {
namespace {

core::Currency currency(std::string_view code) {
    return core::Currency::parse(code).value();
}

TEST(PriceText, HasTheDecimalsOfItsCurrency) {
    const struct {
        const char* text;
        std::int64_t amount_minor;
        const char* code;
    } cases[] = {
        {"21.00", 2100, "EUR"},
        {"0.00", 0, "EUR"},
        {"0.05", 5, "EUR"},
        {"0.50", 50, "EUR"},
        {"1200", 1200, "JPY"},
        {"0", 0, "JPY"},
        {"1.005", 1005, "KWD"},
        {"0.001", 1, "KWD"},
        {"92233720368547758.07", INT64_MAX, "EUR"},
        {"9223372036854775807", INT64_MAX, "JPY"},
    };
    for (const auto& [text, amount_minor, code] : cases) {
        const core::Money price{amount_minor, currency(code)};
        EXPECT_EQ(to_price_text(price), text);
        EXPECT_EQ(parse_price_text(text, currency(code)), price) << text;
    }
    EXPECT_EQ(parse_price_text("007.10", currency("EUR"))->amount_minor, 710);
}

TEST(PriceText, IsNotGuessedAt) {
    for (const auto* text : {"",       ".",     "21",     "21.",      "21.0",
                             "21.000", ".50",   "21,00",  "1,200.00", "-1.00",
                             "+1.00",  " 1.00", "1.00 ",  "1.0x",     "1e2.00",
                             "1.2.00", "1.-1",  "0x1.00", "EUR 1.00", "92233720368547758.08"})
        EXPECT_FALSE(parse_price_text(text, currency("EUR"))) << text;
    for (const auto* text : {"", "1200.00", "1200.", "-1", "1.200", "9223372036854775808"})
        EXPECT_FALSE(parse_price_text(text, currency("JPY"))) << text;
}

TEST(PriceText, WhatIsWrittenIsReadBack) {
    rc::check([] {
        const auto code = *rc::gen::element("EUR", "JPY", "KWD");
        const core::Money price{*rc::gen::inRange<std::int64_t>(0, INT64_MAX), currency(code)};
        RC_ASSERT(parse_price_text(to_price_text(price), price.currency) == price);
    });
}

}  // namespace
}  // namespace catalog
