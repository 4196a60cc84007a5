#include "payment/api.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

extern const std::string_view kOpenApi;

namespace payment {
namespace {

// {id} of the specification is :id of the table.
std::string as_route(std::string path) {
    for (auto& c : path) {
        if (c == '{') c = ':';
    }
    std::erase(path, '}');
    return path;
}

TEST(Api, RoutesAndSpecificationAgree) {
    base::Metrics metrics{"test"};
    base::pg::Database database{{.url = "postgresql://nowhere"}};
    base::http::Client orders{{.base_url = "http://127.0.0.1:9", .bearer = {}}};
    Service service{database, orders, {}};
    Intake intake{service, metrics, {.committers = 1}};

    std::set<std::string> table;
    for (const auto& route : routes({}, intake, service)) {
        table.insert(std::string{base::http::to_string(route.method)} + " " + route.path);
    }
    std::set<std::string> specified;
    const auto contract = nlohmann::json::parse(kOpenApi);
    for (const auto& [path, operations] : contract["paths"].items()) {
        for (const auto& [method, operation] : operations.items()) {
            if (method == "parameters") continue;
            auto upper = method;
            for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            specified.insert(upper + " " + as_route(path));
        }
    }
    EXPECT_EQ(table, specified);
}

}  // namespace
}  // namespace payment
