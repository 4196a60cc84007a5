// For tests: a service's table of routes, its openapi.yaml and the gateway's table say the same – every
// route, and who may call it.
#pragma once

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>
#include "core/json.hpp"

#include "http/server.hpp"

namespace rest::contract {

// "/api/v1/orders/:id" as the contract writes it: "/api/v1/orders/{id}".
inline std::string with_braces(std::string_view path) {
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

// "GET /api/v1/orders/{id} admin client"; "anyone" where no token is asked for.
inline std::set<std::string> offered(const std::vector<http::Route>& routes) {
    std::set<std::string> offered;
    for (const auto& route : routes) {
        offered.insert(std::string{to_string(route.method)} + " " + with_braces(route.path) + " " +
                       to_string(route.roles));
    }
    return offered;
}

// The alternatives of an operation's `security`: [{admin: []}, {client: []}]. [] and [{}] ask for no token.
inline http::Roles roles_of(const core::json::Value& security) {
    auto roles = http::kAnyone;
    for (const auto& alternative : security) {
        for (const auto& [scheme, scopes] : alternative.items()) {
            if (const auto role = http::parse_role(scheme)) roles = roles | *role;
        }
    }
    return roles;
}

// What the gateway's table `access` says of a service, as `offered` says it. Lines of /internal/ are only
// those that are offered as well: whose they are the table does not say.
inline std::set<std::string> let_through(std::string_view service, const std::set<std::string>& offered) {
    std::ifstream table{QUITTANCE_ACCESS};
    if (!table) throw std::runtime_error("there is no " QUITTANCE_ACCESS);
    const auto root = "/api/v1/" + std::string{service};
    std::set<std::string> lines;
    for (std::string line; std::getline(table, line);) {
        std::istringstream words{line};
        std::string method, path;
        words >> method >> path;
        auto roles = http::kAnyone;
        for (std::string name; words >> name;) {
            if (const auto role = http::parse_role(name)) roles = roles | *role;
        }
        auto row = method + " " + with_braces(path) + " " + to_string(roles);
        const bool own = path == root || path.starts_with(root + "/");
        if (own || (path.starts_with("/internal/") && offered.contains(row))) lines.insert(std::move(row));
    }
    return lines;
}

inline std::set<std::string> described(std::string_view openapi) {
    const auto contract = core::json::Value::parse(openapi);
    std::set<std::string> described;
    for (const auto& [path, methods] : contract["paths"].items()) {
        for (const auto& [method, operation] : methods.items()) {
            if (method == "parameters") continue;
            const auto& security =
                operation.contains("security") ? operation["security"] : contract["security"];
            auto line = method;
            for (auto& c : line) c = static_cast<char>(std::toupper(c));
            line += " " + path;
            described.insert(line + " " + to_string(roles_of(security)));
        }
    }
    return described;
}

}  // namespace rest::contract
