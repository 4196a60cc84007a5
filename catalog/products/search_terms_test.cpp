#include "catalog/products/search_terms.hpp"

#include <gtest/gtest.h>

namespace catalog {
namespace {

TEST(SearchWords, EveryWordMustBeginOneOfTheText) {
    EXPECT_EQ(parse_search_words("mug"), "'mug':*");
    EXPECT_EQ(parse_search_words("  Blue mug "), "'Blue':* & 'mug':*");
    EXPECT_EQ(parse_search_words("PN-88.b"), "'PN':* & '88':* & 'b':*");
    EXPECT_EQ(parse_search_words("bâtiment"), "'bâtiment':*");
}

TEST(SearchWords, NothingOfItIsSyntax) {
    EXPECT_EQ(parse_search_words("a'b & !c:* | (d) \\"), "'a':* & 'b':* & 'c':* & 'd':*");
}

TEST(SearchWords, WithoutAWordThereIsNothingToSearch) {
    for (const auto* text : {"", " ", "-", "''", "a\nb", "\xff"})
        EXPECT_FALSE(parse_search_words(text)) << text;
    EXPECT_TRUE(parse_search_words(std::string(500, 'x')));
    EXPECT_FALSE(parse_search_words(std::string(501, 'x')));
}

}  // namespace
}  // namespace catalog
