#include "auth/api.hpp"
#include "auth/json_out.hpp"

namespace auth {
namespace {

using core::Result;
using http::Method;
using http::Request;
using http::Response;
using http::Role;

Json to_json(const KeyView& key) {
    return {{"kid", key.kid},
            {"state", to_string(key.state)},
            {"created_at", core::to_rfc3339(key.created_at)},
            {"signs_from", core::to_rfc3339(key.signs_from)}};
}

Result<Response> jwks(KeyRing& keys, const Request&) {
    const auto document = keys.jwks();
    if (!document) return core::Error{core::Kind::unavailable, "there are no keys yet"};
    Response response{200, *document, "application/jwk-set+json"};
    response.headers.emplace_back("Cache-Control", "public, max-age=5");
    return response;
}

Result<Response> list(KeyRing& keys, const Request&) {
    return rest::page_of(keys.list(), false, [](const KeyView& key) { return to_json(key); });
}

Result<Response> rotate(KeyRing& keys, const Request& request) {
    const auto made = keys.rotate(RequestOrigin::of(request));
    if (!made) return made.error();
    return rest::respond(201, to_json(*made));
}

}  // namespace

Routes key_routes(KeyRing& keys) {
    // clang-format off
    return {
        {Method::get,  "/internal/v1/jwks.json",   http::kAnyone, rest::bind(keys, jwks)  },
        {Method::get,  "/api/v1/auth/jwks.json",   http::kAnyone, rest::bind(keys, jwks)  },
        {Method::get,  "/api/v1/auth/keys",        Role::admin,   rest::bind(keys, list)  },
        {Method::post, "/api/v1/auth/keys/rotate", Role::admin,   rest::bind(keys, rotate)},
    };
    // clang-format on
}

}  // namespace auth
