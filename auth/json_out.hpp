// What every answer of this service is made of.
#pragma once

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "http/server.hpp"
#include "core/json.hpp"

namespace auth {

using Json = base::json::Value;

inline Json time_or_null(const std::optional<base::Time>& time) {
    return time ? Json(base::to_rfc3339(*time)) : Json();
}

// Never kept by anybody in between (RFC 6749, 5.1).
inline base::http::Response secret_answer(int status, const Json& body) {
    auto response = base::http::json(status, body.dump());
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

inline base::http::Response nothing_more(int status = 204) {
    return {status, ""};
}

template <class Items, class ToJson>
base::http::Response page_of(const Items& items, bool has_more, ToJson to_json) {
    auto data = Json::array();
    for (const auto& item : items) data.push_back(to_json(item));
    return base::http::json(200, Json{{"data", std::move(data)}, {"has_more", has_more}}.dump());
}

}  // namespace auth
