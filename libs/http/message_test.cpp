#include "http/message.hpp"

#include <gtest/gtest.h>

namespace http {
namespace {

Request with_query(std::string query) {
    Request request;
    request.query = std::move(query);
    return request;
}

TEST(Query, ValuesAreDecodedAndTheFirstOfANameCounts) {
    struct Case {
        const char* query;
        std::optional<std::string> value;
    };
    const Case cases[] = {
        {"", {}},
        {"other=1", {}},
        {"status", ""},
        {"status=", ""},
        {"status=open", "open"},
        {"limit=5&status=open&status=parked", "open"},
        {"&&status=open&", "open"},
        {"st%61tus=open", "open"},
        {"status=a%2Bb%40example.com", "a+b@example.com"},
        {"status=a+b", "a b"},
        {"status=a=b", "a=b"},
        {"status=%C3%A4", "\xC3\xA4"},
        {"status=%", {}},
        {"status=%4", {}},
        {"status=%zz", {}},
        {"Status=open", {}},
    };
    for (const auto& [query, value] : cases)
        EXPECT_EQ(with_query(query).query_value("status"), value) << query;
}

TEST(Query, NamesKeepTheirOrderSoThatUnknownOnesCanBeRefused) {
    const std::vector<std::string> names{"limit", "a b", "%zz", "limit"};
    EXPECT_EQ(with_query("limit=1&a%20b=2&%zz=3&limit").query_names(), names);
    EXPECT_TRUE(with_query("").query_names().empty());
}

TEST(RequestHeaders, TheFirstOfANameIsFound) {
    Request request;
    request.headers = {{"host", "a"}, {"accept", "x"}, {"accept", "y"}};
    ASSERT_NE(request.header("accept"), nullptr);
    EXPECT_EQ(*request.header("accept"), "x");
    EXPECT_EQ(request.header("Accept"), nullptr);
}

TEST(PathValues, ANameTheRouteDoesNotHaveIsAFaultOfTheProgram) {
    Request request;
    request.path_values = {{"id", "ord_1"}};
    EXPECT_EQ(request.path_value("id"), "ord_1");
    EXPECT_THROW(request.path_value("order"), std::out_of_range);
}

struct Answers : Responder::Target {
    void answer(Response response) override { statuses.push_back(response.status); }
    std::vector<int> statuses;
};

TEST(Responder, AnswersOnceAndNeverForgets) {
    const auto answers = std::make_shared<Answers>();
    {
        Responder responder{answers};
        responder({201});
    }
    { Responder moved{Responder{answers}}; }
    EXPECT_EQ(answers->statuses, (std::vector{201, 500}));
}

}  // namespace
}  // namespace http
