#include "auth/api.hpp"
#include "auth/json_out.hpp"
#include "core/base64.hpp"
#include "core/json_reader.hpp"
#include "core/utf8.hpp"
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

// ---- the token endpoint: RFC 6749, sections 2.3.1, 4.4 and 5

Response refuse(int status, const char* error, const char* description) {
    auto response = secret_answer(status, {{"error", error}, {"error_description", description}});
    if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"quittance\"");
    return response;
}

Response wrong_client() {
    return refuse(401, "invalid_client", "no program has this id and secret");
}

// A form's body is written as a query is.
Request form_of(const Request& request) {
    Request form;
    form.query = request.body;
    return form;
}

bool is_form(const Request& request) {
    const auto* type = request.header("content-type");
    return type != nullptr && type->substr(0, type->find(';')) == "application/x-www-form-urlencoded";
}

struct ApiClientLogin {
    std::string id;
    std::string secret;
};

// The two halves are percent-encoded before they are put together.
std::optional<ApiClientLogin> basic_login(const std::string& header) {
    constexpr std::string_view kScheme = "Basic ";
    if (!header.starts_with(kScheme)) return {};
    const auto pair = core::from_base64(std::string_view{header}.substr(kScheme.size()));
    if (!pair) return {};
    const auto colon = pair->find(':');
    if (colon == std::string::npos) return {};
    Request halves;
    halves.query = "id=" + pair->substr(0, colon) + "&secret=" + pair->substr(colon + 1);
    const auto id = halves.query_value("id");
    const auto secret = halves.query_value("secret");
    if (!id || !secret) return {};
    return ApiClientLogin{*id, *secret};
}

bool repeats_a_name(const Request& form) {
    auto names = form.query_names();
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) != names.end();
}

Response issue(ApiClientService& programs, const Request& form, const ApiClientLogin& login,
               const RequestOrigin& origin) {
    std::optional<std::vector<std::string>> scopes;
    if (const auto text = form.query_value("scope"); text && !text->empty()) {
        scopes = parse_scopes(*text);
        if (!scopes) return refuse(400, "invalid_scope", "a scope is <service>:read, <service>:write or *");
    }
    const auto answer = programs.token(login.id, login.secret, scopes, origin);
    if (const auto* token = std::get_if<ApiClientToken>(&answer)) {
        return secret_answer(200, {{"access_token", token->access_token},
                                   {"token_type", "Bearer"},
                                   {"expires_in", token->expires_in.count()},
                                   {"scope", to_text(token->scopes)}});
    }
    if (std::get<TokenRefusal>(answer) == TokenRefusal::invalid_client) return wrong_client();
    return refuse(400, "invalid_scope", "this is more than the program was granted");
}

Result<Response> token(ApiClientService& programs, const Request& request) {
    if (!is_form(request))
        return refuse(400, "invalid_request", "the body must be application/x-www-form-urlencoded");
    const auto form = form_of(request);
    if (repeats_a_name(form)) return refuse(400, "invalid_request", "a parameter is given twice");
    const auto* header = request.header("authorization");
    const auto id = form.query_value("client_id");
    const auto secret = form.query_value("client_secret");
    if (header != nullptr && secret)
        return refuse(400, "invalid_request", "the secret is given in the header and in the body");
    const auto grant = form.query_value("grant_type");
    if (!grant) return refuse(400, "invalid_request", "grant_type is missing");
    if (*grant != "client_credentials")
        return refuse(400, "unsupported_grant_type", "only client_credentials is");
    const auto login = header != nullptr ? basic_login(*header)
                       : id && secret    ? std::optional{ApiClientLogin{*id, *secret}}
                                         : std::nullopt;
    if (!login || login->id.size() > 100 || login->secret.size() > 200 || !core::is_printable(login->id))
        return wrong_client();
    if (header != nullptr && id && *id != login->id)
        return refuse(400, "invalid_request", "client_id is another in the header than in the body");
    return issue(programs, form, *login, RequestOrigin::of(request));
}

// ---- programs

Json to_json(const ApiClient& program) {
    return {{"id", program.id},
            {"name", program.draft.name},
            {"role", to_string(program.draft.role)},
            {"scopes", program.draft.scopes},
            {"state", program.revoked_at ? "revoked" : "active"},
            {"live_secrets", program.live_secrets},
            {"last_used_at", rest::or_null(program.last_used_at)},
            {"revoked_at", rest::or_null(program.revoked_at)},
            {"created_at", core::to_rfc3339(program.created_at)},
            {"updated_at", core::to_rfc3339(program.updated_at)}};
}

Result<Response> show(const Result<ApiClient>& program) {
    if (!program) return program.error();
    return rest::with_etag(rest::respond(200, to_json(*program)), program->version);
}

Response show(int status, const ApiClientWithSecret& made) {
    auto json = to_json(made.program);
    json["client_secret"] = made.secret;
    return rest::with_etag(secret_answer(status, json), made.program.version);
}

std::vector<std::string> read_scopes(ObjectReader& reader) {
    auto scopes = reader.texts("scopes", 50, {1, 50});
    if (scopes.empty()) reader.fault("scopes", "must name at least one");
    std::string text;
    for (const auto& scope : scopes) {
        if (!is_scope(scope)) reader.fault("scopes", "must each be <service>:read, <service>:write or *");
        text += (text.empty() ? "" : " ") + scope;
    }
    return parse_scopes(text).value_or(std::vector<std::string>{});
}

Result<ApiClientDraft> read_draft(const Json& document) {
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    auto name = reader.text("name", {1, 200});
    const auto role = http::parse_role(reader.text("role", {1, 20}));
    if (!role || role == Role::client) reader.fault("role", "must be admin, seller, machine or service");
    auto scopes = read_scopes(reader);
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return ApiClientDraft{std::move(name), *role, std::move(scopes)};
}

// Without an Idempotency-Key: its answer would have to be kept, and the secret is kept nowhere.
Result<Response> create(ApiClientService& programs, const Request& request) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    const auto draft = read_draft(*document);
    if (!draft) return draft.error();
    const auto made = programs.create(*draft, RequestOrigin::of(request));
    if (!made) return made.error();
    return rest::with_location(show(201, *made), "/api/v1/auth/api-clients/" + made->program.id);
}

Result<Response> list(ApiClientService& programs, const Request& request) {
    std::vector<FieldError> errors;
    const auto page = rest::read_page(request, {}, errors);
    if (!errors.empty()) return core::invalid(std::move(errors));
    const auto found = programs.list(page);
    return rest::page_of(found.programs, found.has_more,
                         [](const ApiClient& program) { return to_json(program); });
}

Result<Response> find(ApiClientService& programs, const Request& request) {
    return show(programs.find(request.path_value("id")));
}

Result<Response> change(ApiClientService& programs, const Request& request) {
    const auto patch = rest::read_patch(request);
    if (!patch) return patch.error();
    return show(programs.change(
        request.path_value("id"), patch->expected,
        [&](const ApiClientDraft& before) {
            return read_draft(patch->apply_to(
                {{"name", before.name}, {"role", to_string(before.role)}, {"scopes", before.scopes}}));
        },
        RequestOrigin::of(request)));
}

Result<Response> rotate(ApiClientService& programs, const Request& request) {
    constexpr std::int64_t kDay = 86400;
    std::int64_t overlap = kDay;
    if (!request.body.empty()) {
        const auto document = rest::parse_body(request);
        if (!document) return document.error();
        std::vector<FieldError> errors;
        ObjectReader reader{*document, "", errors};
        if (reader.has("overlap_seconds")) overlap = reader.integer("overlap_seconds", 0, 30 * kDay);
        reader.refuse_unknown();
        if (!errors.empty()) return core::invalid(std::move(errors));
    }
    const auto made =
        programs.rotate(request.path_value("id"), std::chrono::seconds{overlap}, RequestOrigin::of(request));
    if (!made) return made.error();
    return show(200, *made);
}

Result<Response> revoke(ApiClientService& programs, const Request& request) {
    return show(programs.revoke(request.path_value("id"), RequestOrigin::of(request)));
}

}  // namespace

Routes program_routes(ApiClientService& programs) {
    const std::string all = "/api/v1/auth/api-clients";
    const std::string program = all + "/:id";
    // clang-format off
    return {
        {Method::post,  "/api/v1/auth/token", http::kAnyone, rest::bind(programs, token) },
        {Method::post,  all,                  Role::admin,   rest::bind(programs, create)},
        {Method::get,   all,                  Role::admin,   rest::bind(programs, list)  },
        {Method::get,   program,              Role::admin,   rest::bind(programs, find)  },
        {Method::patch, program,              Role::admin,   rest::bind(programs, change)},
        {Method::post,  program + "/secrets", Role::admin,   rest::bind(programs, rotate)},
        {Method::post,  program + "/revoke",  Role::admin,   rest::bind(programs, revoke)},
    };
    // clang-format on
}

}  // namespace auth
