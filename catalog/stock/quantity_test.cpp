#include "catalog/stock/quantity.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace {

using namespace catalog;

TEST(Quantity, TakesUpToSixDecimals) {
    EXPECT_EQ(Quantity::parse(0.1)->micro(), 100'000);
    EXPECT_EQ(Quantity::parse(-2.000001)->micro(), -2'000'001);
    EXPECT_EQ(Quantity::parse(4e9)->micro(), 4'000'000'000'000'000);
    EXPECT_EQ(Quantity::parse(3'999'999'999.999999)->micro(), 3'999'999'999'999'999);
}

TEST(Quantity, RefusesWhatItCannotHoldExactly) {
    for (const double value : {0.0000001, 1.2345678, 4.1e9, -1e300})
        EXPECT_FALSE(Quantity::parse(value)) << value;
    EXPECT_FALSE(Quantity::parse(std::numeric_limits<double>::quiet_NaN()));
    EXPECT_FALSE(Quantity::parse(std::numeric_limits<double>::infinity()));
}

struct Case {
    double from_units;
    const char* from;
    const char* to;
    std::optional<double> expected;
};
constexpr Case kCases[] = {
    {5, "H87", "H87", 5.0},
    {2, "DZN", "H87", 24.0},
    {3, "H87", "C62", 3.0},
    {1500, "GRM", "KGM", 1.5},
    {0.25, "TNE", "KGM", 250.0},
    {1, "MGM", "KGM", 0.000001},
    {250, "MMT", "MTR", 0.25},
    {1.5, "MTQ", "LTR", 1500.0},
    {90, "MIN", "HUR", 1.5},
    {-1500, "GRM", "KGM", -1.5},
    {1, "KGM", "H87", std::nullopt},
    {1, "MTR", "MTK", std::nullopt},
    {4e9, "TNE", "MGM", std::nullopt},
};

TEST(Quantity, ConvertsBetweenUnitsOfTheSameKindOnly) {
    for (const auto& c : kCases) {
        const auto converted =
            Quantity::parse(c.from_units)->convert(Unit::parse(c.from).value(), Unit::parse(c.to).value());
        ASSERT_EQ(converted.has_value(), c.expected.has_value()) << c.from << " to " << c.to;
        if (converted) {
            EXPECT_DOUBLE_EQ(converted->units(), *c.expected) << c.from << " to " << c.to;
        }
    }
}

TEST(Unit, IsKnownByItsCodeOnly) {
    EXPECT_EQ(Unit::parse("KGM")->code(), "KGM");
    for (const auto* code : {"", "kg", "kgm", "XYZ", "H87 "}) EXPECT_FALSE(Unit::parse(code)) << code;
}

}  // namespace
