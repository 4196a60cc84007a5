#include "rest/page.hpp"

#include <gtest/gtest.h>

namespace rest {
namespace {

struct Read {
    explicit Read(const char* query) {
        http::Request request;
        request.query = query;
        page = read_page(request, {"state"}, errors);
    }
    Page page;
    std::vector<core::FieldError> errors;
};

TEST(Page, IsTwentyFromTheStartUnlessAsked) {
    const Read read{""};
    EXPECT_EQ(read.page.limit, 20);
    EXPECT_EQ(read.page.starting_after, "");
    EXPECT_TRUE(read.errors.empty());
}

TEST(Page, TakesALimitAndAStart) {
    const Read read{"limit=100&state=x&starting_after=ord_1"};
    EXPECT_EQ(read.page.limit, 100);
    EXPECT_EQ(read.page.starting_after, "ord_1");
    EXPECT_TRUE(read.errors.empty());
}

TEST(Page, RefusesLimitsOutOfRange) {
    for (const auto* query : {"limit=0", "limit=101", "limit=-1", "limit=", "limit=ten", "limit=1.5",
                              "limit=99999999999", "limit=+5", "limit=5%20"}) {
        const Read read{query};
        EXPECT_EQ(read.errors.size(), 1U) << query;
        EXPECT_EQ(read.page.limit, 20) << query;
    }
}

TEST(Page, RefusesNamesItDoesNotKnowAndNamesGivenTwice) {
    const Read read{"color=red&limit=5&limit=6&size=1"};
    EXPECT_EQ(read.errors, (std::vector<core::FieldError>{{"color", "is not a known filter"},
                                                          {"limit", "is given twice"},
                                                          {"size", "is not a known filter"}}));
}

TEST(Page, RefusesAValueThatCanNotBeDecoded) {
    const Read read{"limit=%&starting_after=%4&state=%zz"};
    EXPECT_EQ(read.errors, (std::vector<core::FieldError>{{"limit", "is not percent-encoded"},
                                                          {"starting_after", "is not percent-encoded"},
                                                          {"state", "is not percent-encoded"}}));
}

}  // namespace
}  // namespace rest
