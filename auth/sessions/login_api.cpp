#include "auth/api.hpp"
#include "auth/json_out.hpp"
#include "auth/users/password.hpp"
#include "core/json_reader.hpp"
#include "rest/json_body.hpp"

namespace auth {
namespace {

using core::FieldError;
using core::Result;
using core::json::ObjectReader;
using http::Method;
using http::Request;
using http::Response;

constexpr core::json::Length kToken{1, 200};

Response show(const Tokens& tokens) {
    return secret_answer(200, {{"access_token", tokens.access_token},
                               {"token_type", "Bearer"},
                               {"expires_in", tokens.expires_in.count()},
                               {"refresh_token", tokens.refresh_token}});
}

Result<Response> show(const Result<Tokens>& tokens) {
    if (!tokens) return tokens.error();
    return show(*tokens);
}

Result<std::string> read_refresh_token(const Request& request) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    std::vector<FieldError> errors;
    ObjectReader reader{*document, "", errors};
    auto token = reader.text("refresh_token", kToken);
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return token;
}

Result<Response> log_in(Logins& logins, const Request& request) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    std::vector<FieldError> errors;
    ObjectReader reader{*document, "", errors};
    const auto email = reader.text("email", {1, 320});
    const auto password = reader.text("password", {1, kLongestPassword});
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return show(logins.log_in(email, password, RequestOrigin::of(request)));
}

Result<Response> refresh(Logins& logins, const Request& request) {
    const auto token = read_refresh_token(request);
    if (!token) return token.error();
    return show(logins.refresh(*token, RequestOrigin::of(request)));
}

Result<Response> log_out(Logins& logins, const Request& request) {
    const auto token = read_refresh_token(request);
    if (!token) return token.error();
    logins.log_out(*token, RequestOrigin::of(request));
    return nothing_more();
}

}  // namespace

Routes login_routes(Logins& logins, http::WorkerPool& pool) {
    // clang-format off
    return {
        {Method::post, "/api/v1/auth/login",   http::kAnyone, pool.run(rest::bind(logins, log_in))},
        {Method::post, "/api/v1/auth/refresh", http::kAnyone, rest::bind(logins, refresh)         },
        {Method::post, "/api/v1/auth/logout",  http::kAnyone, rest::bind(logins, log_out)         },
    };
    // clang-format on
}

}  // namespace auth
