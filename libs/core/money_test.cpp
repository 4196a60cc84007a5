#include "core/money.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace core {
namespace {

__extension__ using Wide = __int128;

TEST(Currency, HasTheDigitsOfIso4217) {
    struct Case {
        const char* code;
        int exponent;
    };
    for (const auto& [code, exponent] :
         {Case{"AED", 2}, Case{"EUR", 2}, Case{"JPY", 0}, Case{"KRW", 0}, Case{"KWD", 3}, Case{"TND", 3},
          Case{"ISK", 0}, Case{"UGX", 0}, Case{"HUF", 2}, Case{"ZWG", 2}}) {
        const auto currency = Currency::parse(code);
        ASSERT_TRUE(currency) << code;
        EXPECT_EQ(currency->code(), code);
        EXPECT_EQ(currency->exponent(), exponent) << code;
    }
}

TEST(Currency, RefusesWhatIsNoActiveCode) {
    for (const auto* code :
         {"", "E", "EU", "eur", "Eur", "EURO", "XXX", "XAU", "DEM", "AAA", "ZZZ", "EU\xff"}) {
        EXPECT_FALSE(Currency::parse(code)) << code;
    }
}

TEST(CheckedArithmetic, AgreesWithWiderArithmeticOrSaysNothing) {
    const bool holds = rc::check([](std::int64_t a, std::int64_t b) {
        const auto fits = [](Wide value) { return value >= INT64_MIN && value <= INT64_MAX; };
        const auto agrees = [&](std::optional<std::int64_t> result, Wide wide) {
            return result ? *result == wide : !fits(wide);
        };
        RC_ASSERT(agrees(checked_add(a, b), static_cast<Wide>(a) + b));
        RC_ASSERT(agrees(checked_multiply(a, b), static_cast<Wide>(a) * b));
    });
    EXPECT_TRUE(holds);
}

TEST(CheckedArithmetic, SaysNothingAtTheEdges) {
    EXPECT_EQ(checked_add(INT64_MAX, 0), INT64_MAX);
    EXPECT_FALSE(checked_add(INT64_MAX, 1));
    EXPECT_FALSE(checked_add(INT64_MIN, -1));
    EXPECT_FALSE(checked_multiply(INT64_MIN, -1));
    EXPECT_FALSE(checked_multiply(INT64_MAX, 2));
}

}  // namespace
}  // namespace core
