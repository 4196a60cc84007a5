#include "rest/json_body.hpp"

#include <gtest/gtest.h>

namespace rest {
namespace {

using core::Kind;

TEST(ParseBody, TakesJsonByAnyOfItsNamesAndNothingElse) {
    const auto kind_of = [](const char* type) -> std::optional<Kind> {
        http::Request request;
        request.body = "{}";
        if (type != nullptr) request.headers = {{"content-type", type}};
        const auto body = rest::parse_body(request);
        return body ? std::nullopt : std::optional{body.error().kind};
    };
    for (const auto* type : {static_cast<const char*>(nullptr), "application/json", "Application/JSON",
                             "application/json;charset=utf-8", "application/json ; charset=utf-8",
                             "application/merge-patch+json"}) {
        EXPECT_EQ(kind_of(type), std::nullopt) << (type != nullptr ? type : "none");
    }
    for (const auto* type :
         {"", "text/plain", "application/jsonp", "application/x-www-form-urlencoded", ";application/json"}) {
        EXPECT_EQ(kind_of(type), Kind::unsupported) << type;
    }
}

}  // namespace
}  // namespace rest
