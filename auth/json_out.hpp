// What every answer of this service is made of.
#pragma once

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "http/server.hpp"
#include "core/json.hpp"

namespace auth {

using Json = core::json::Value;

inline Json time_or_null(const std::optional<core::Time>& time) {
    return time ? Json(core::to_rfc3339(*time)) : Json();
}

// Never kept by anybody in between (RFC 6749, 5.1).
inline http::Response secret_answer(int status, const Json& body) {
    auto response = http::json(status, body.dump());
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

inline http::Response nothing_more(int status = 204) {
    return {status, ""};
}

template <class Items, class ToJson>
http::Response page_of(const Items& items, bool has_more, ToJson to_json) {
    auto data = Json::array();
    for (const auto& item : items) data.push_back(to_json(item));
    return http::json(200, Json{{"data", std::move(data)}, {"has_more", has_more}}.dump());
}

}  // namespace auth
