#include "security/access_control.hpp"

#include <algorithm>

namespace security {
namespace {

// The header Authorization: nothing, a bearer token, or something that is neither.
struct Bearer {
    bool said = false;
    std::string_view token = {};  // empty when it is not one
};

Bearer bearer_of(const http::Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string* said = nullptr;
    for (const auto& [name, value] : request.headers) {
        if (name != "authorization") continue;
        if (said != nullptr) return {true};  // two: no telling which one counts
        said = &value;
    }
    if (said == nullptr) return {};
    if (!said->starts_with(kScheme) || said->size() > kScheme.size() + jwt::kMaxBytes) return {true};
    return {true, std::string_view{*said}.substr(kScheme.size())};
}

bool is_internal(const http::Route& route) {
    return route.path.starts_with("/internal/");
}

bool writes(http::Method method) {
    return method != http::Method::get && method != http::Method::head;
}

// What asks for no token and answers on the event loop – webhooks, logging in – has no use for a caller.
bool has_use_for_caller(const http::Route& route) {
    return !route.roles.is_anyone() || std::holds_alternative<http::Handler>(route.handler);
}

}  // namespace

bool AccessControl::knows(const http::Route& route, http::Request& request) const {
    const auto [said, token] = bearer_of(request);
    request.caller = known_caller(route, token);
    const bool could_be_verified = keys_ != nullptr && !token.empty() && !is_internal(route);
    return request.caller || !could_be_verified || !has_use_for_caller(route);
}

std::optional<core::Error> AccessControl::refuse(const http::Route& route, http::Request& request) const {
    const auto* detail = bearer_of(request).said ? "the token is not valid" : "a bearer token is needed";
    return refuse(route, request, {core::Kind::unauthorized, detail});
}

std::optional<core::Error> AccessControl::verify(const http::Route& route, http::Request& request) const {
    // Strangers with invented keys would hold the workers of a route that is for all.
    const auto missing = route.roles.is_anyone() ? JwksClient::Missing::refuse : JwksClient::Missing::fetch;
    auto caller = keys_->verify(bearer_of(request).token, missing);
    if (!caller) return refuse(route, request, caller.error());
    request.caller = *std::move(caller);
    return refuse(route, request);
}

// Whom a token stands for without a signature to check. Below /internal/ only services are known: what they
// tell each other does not wait for keys.
std::optional<http::Caller> AccessControl::known_caller(const http::Route& route,
                                                        std::string_view token) const {
    if (token.empty()) return {};
    const auto is_it = [&](const core::Secret& known) { return known.matches(token); };
    if (std::ranges::any_of(service_tokens_, is_it)) return http::Caller{"service", http::Role::service};
    if (is_internal(route)) return {};
    return keys_ != nullptr ? keys_->remembered(token) : std::nullopt;
}

// Deny by default: a token is asked for unless the route says so. Where none is, a bad one changes nothing,
// and one that does not reach this service makes nobody known.
std::optional<core::Error> AccessControl::refuse(const http::Route& route, http::Request& request,
                                                 const core::Error& without_caller) const {
    const auto& caller = request.caller;
    const bool reaches = caller && caller->reaches(service_, writes(request.method));
    if (route.roles.is_anyone()) {
        if (!reaches) request.caller.reset();
        return {};
    }
    if (!caller) return without_caller;
    if (!route.roles.has(caller->role))
        return core::Error{core::Kind::forbidden, "this token may not do that"};
    if (!reaches) return core::Error{core::Kind::forbidden, "the token's scope does not hold this"};
    return {};
}

}  // namespace security
