#include "auth/api.hpp"
#include "auth/json_out.hpp"
#include "core/json_reader.hpp"
#include "rest/create.hpp"
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

constexpr core::json::Length kName{1, 200};

Json to_json(const User& user) {
    return {{"id", user.id},
            {"email", user.email.empty() ? Json() : Json(user.email)},
            {"name", user.name},
            {"locale", user.locale},
            {"role", to_string(user.role)},
            {"state", core::name_of(kUserStates, user.state)},
            {"has_password", user.password_hash.has_value()},
            {"email_verified_at", rest::or_null(user.email_verified_at)},
            {"last_login_at", rest::or_null(user.last_login_at)},
            {"created_at", core::to_rfc3339(user.created_at)},
            {"updated_at", core::to_rfc3339(user.updated_at)}};
}

Response show(int status, const User& user) {
    return rest::with_etag(rest::respond(status, to_json(user)), user.version);
}

Result<Response> show(const Result<User>& user) {
    if (!user) return user.error();
    return show(200, *user);
}

Role read_role(ObjectReader& reader) {
    const auto role = http::parse_role(reader.text("role", {1, 20}));
    const bool is_of_people = role == Role::admin || role == Role::seller;
    if (!is_of_people) reader.fault("role", "must be admin or seller");
    return is_of_people ? *role : Role::seller;
}

Result<NewUser> read_new_user(const Json& document) {
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    const auto given = reader.text("email", {1, 320});
    const auto email = canonical_email(given);
    if (!given.empty() && !email) reader.fault("email", "must be an e-mail address");
    NewUser user{.email = email.value_or(""),
                 .name = reader.text("name", kName),
                 .locale = reader.optional_text("locale", {2, 35}).value_or("en"),
                 .role = read_role(reader),
                 .password = reader.optional_text("password", {1, 1000})};
    if (!is_locale(user.locale)) reader.fault("locale", "must be a language tag, such as fr or de-AT");
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return user;
}

// What was so with `patch` applied.
Result<UserChange> patched(const UserChange& before, const rest::Patch& patch) {
    const auto document = patch.apply_to({{"name", before.name},
                                          {"role", to_string(before.role)},
                                          {"state", core::name_of(kUserStates, before.state)}});
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    const auto name = reader.text("name", kName);
    const auto role = http::parse_role(reader.text("role", {1, 20}));
    const auto state = core::find_name(kUserStates, reader.text("state", {1, 20}));
    if (!role) reader.fault("role", "must be admin or seller");
    if (!state || state == UserState::erased) reader.fault("state", "must be active or disabled");
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return UserChange{name, *role, *state};
}

Result<Response> create(UserService& people, const Request& request) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    const auto wanted = read_new_user(*document);
    if (!wanted) return wanted.error();
    const auto made = people.create(*wanted, RequestOrigin::of(request));
    if (!made) return made.error();
    return rest::with_location(show(201, *made), "/api/v1/auth/users/" + made->id);
}

Result<Response> list(UserService& people, const Request& request) {
    std::vector<FieldError> errors;
    UserFilter filter{.role = {}, .state = {}, .email = {}, .page = {}};
    filter.page = rest::read_page(request, {"role", "state", "email"}, errors);
    filter.role =
        rest::read_filter(request, "role", "must be a role, such as seller", errors, http::parse_role);
    filter.state =
        rest::read_filter(request, "state", "must be active, disabled or erased", errors,
                          [](std::string_view text) { return core::find_name(kUserStates, text); });
    filter.email = rest::read_filter(request, "email", "must be an e-mail address", errors, canonical_email);
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto page = people.list(filter);
    return rest::page_of(page.users, page.has_more, [](const User& user) { return to_json(user); });
}

Result<Response> find(UserService& people, const Request& request) {
    return show(people.find(request.path_value("id")));
}

Result<Response> change(UserService& people, const Request& request) {
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    return show(people.change(
        request.path_value("id"), patch->expected,
        [&](const UserChange& before) { return patched(before, *patch); }, RequestOrigin::of(request)));
}

}  // namespace

Routes people_routes(UserService& people, Passwords& passwords, http::WorkerPool& pool) {
    const auto invite = [&passwords](const Request& request) -> Result<Response> {
        const auto result =
            passwords.resend_verification(request.path_value("id"), RequestOrigin::of(request));
        if (!result) return result.error();
        return nothing_more(202);
    };
    using rest::bind;
    const std::string all = "/api/v1/auth/users";
    const std::string user = all + "/:id";
    // clang-format off
    return {
        {Method::post,  all,                                 Role::admin, pool.run(bind(people, create))},
        {Method::get,   all,                                 Role::admin, bind(people, list)            },
        {Method::get,   user,                                Role::admin, bind(people, find)            },
        {Method::patch, user,                                Role::admin, bind(people, change)          },
        {Method::post,  user + "/email-verification/resend", Role::admin, invite                        },
    };
    // clang-format on
}

}  // namespace auth
