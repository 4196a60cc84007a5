#include "catalog/api.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

extern const std::string_view kOpenApi;

namespace catalog {
namespace {

using base::http::Role;

// "/api/v1/catalog/machines/:id" as the contract writes it: "/api/v1/catalog/machines/{id}".
std::string with_braces(const std::string& path) {
    std::string text;
    bool in_name = false;
    for (const char c : path) {
        if (in_name && c == '/') text += '}';
        if (c == '/') in_name = false;
        text += c == ':' ? '{' : c;
        if (c == ':') in_name = true;
    }
    return in_name ? text + '}' : text;
}

std::set<std::string> offered() {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Services services{never_asked};
    base::Metrics metrics{"catalog"};
    std::set<std::string> routes_;
    for (const auto& route : routes(services, never_asked, metrics)) {
        const auto* token = route.role == Role::admin     ? " admin"
                            : route.role == Role::service ? " service"
                                                          : "";
        routes_.insert(std::string{to_string(route.method)} + " " + with_braces(route.path) + token);
    }
    return routes_;
}

std::set<std::string> described() {
    const auto contract = nlohmann::json::parse(kOpenApi);
    std::set<std::string> routes_;
    for (const auto& [path, methods] : contract["paths"].items()) {
        for (const auto& [method, operation] : methods.items()) {
            if (method == "parameters") continue;
            const auto& security =
                operation.contains("security") ? operation["security"] : contract["security"];
            auto name = method;
            for (auto& c : name) c = static_cast<char>(std::toupper(c));
            // [{}]: no token.
            const auto token = security[0].empty() ? "" : " " + security[0].begin().key();
            routes_.insert(name + " " + path + token);
        }
    }
    return routes_;
}

TEST(Contract, DescribesEveryRouteAndItsToken) {
    EXPECT_EQ(described(), offered());
}

}  // namespace
}  // namespace catalog
