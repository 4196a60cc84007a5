// What every answer of this service is made of.
#pragma once

#include "core/json.hpp"
#include "rest/resource.hpp"

namespace auth {

using Json = core::json::Value;

// Never kept by anybody in between (RFC 6749, 5.1).
inline http::Response secret_answer(int status, const Json& body) {
    auto response = rest::respond(status, body);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

inline http::Response nothing_more(int status = 204) {
    return {status, ""};
}

}  // namespace auth
