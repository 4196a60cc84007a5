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
using http::Role;

constexpr core::json::Length kToken{1, 200};
constexpr core::json::Length kPassword{1, 1000};  // how long it may be is said with all that is wrong with it

// The texts of a body that has these members and no others.
template <std::size_t N>
Result<std::array<std::string, N>> read_texts(
    const Request& request, const std::array<std::pair<const char*, core::json::Length>, N>& members) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    std::vector<FieldError> errors;
    ObjectReader reader{*document, "", errors};
    std::array<std::string, N> texts;
    for (std::size_t i = 0; i < N; ++i) texts[i] = reader.text(members[i].first, members[i].second);
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return texts;
}

template <std::size_t N>
using Members = std::array<std::pair<const char*, core::json::Length>, N>;

Result<Response> done(const Result<void>& result, int status = 204) {
    if (!result) return result.error();
    return nothing_more(status);
}

Result<Response> ask_for_reset(Passwords& passwords, const Request& request) {
    const auto texts = read_texts(request, Members<1>{{{"email", {1, 320}}}});
    if (!texts) return texts.error();
    const auto email = canonical_email((*texts)[0]);
    if (!email) return core::invalid("email", "must be an e-mail address");
    passwords.ask_for_reset(*email);
    return nothing_more(202);
}

Result<Response> reset(Passwords& passwords, const Request& request) {
    const auto texts = read_texts(request, Members<2>{{{"token", kToken}, {"password", kPassword}}});
    if (!texts) return texts.error();
    return done(passwords.reset((*texts)[0], (*texts)[1], RequestOrigin::of(request)));
}

Result<Response> change(Passwords& passwords, const Request& request) {
    const auto texts =
        read_texts(request, Members<2>{{{"old_password", kPassword}, {"new_password", kPassword}}});
    if (!texts) return texts.error();
    return done(
        passwords.change(request.caller->subject, (*texts)[0], (*texts)[1], RequestOrigin::of(request)));
}

Result<Response> verify_email(Passwords& passwords, const Request& request) {
    const auto texts = read_texts(request, Members<1>{{{"token", kToken}}});
    if (!texts) return texts.error();
    return done(passwords.verify_email((*texts)[0], RequestOrigin::of(request)));
}

Result<Response> resend(Passwords& passwords, const Request& request) {
    return done(passwords.resend_verification(request.caller->subject, RequestOrigin::of(request)), 202);
}

}  // namespace

Routes password_routes(Passwords& passwords, http::WorkerPool& pool) {
    using rest::bind;
    const auto people = Role::admin | Role::seller;
    const std::string password = "/api/v1/auth/password";
    const std::string verification = "/api/v1/auth/email-verification";
    // clang-format off
    return {
        {Method::post, password + "-reset",         http::kAnyone,         bind(passwords, ask_for_reset)   },
        {Method::post, password + "-reset/confirm", http::kAnyone,         pool.run(bind(passwords, reset)) },
        {Method::post, password,                    people,                pool.run(bind(passwords, change))},
        {Method::post, verification,                http::kAnyone,         bind(passwords, verify_email)    },
        {Method::post, verification + "/resend",    people | Role::client, bind(passwords, resend)          },
    };
    // clang-format on
}

}  // namespace auth
