// The shape of an endpoint: the handler bound to its service, the patch in, the representation, its ETag and
// the list out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/result.hpp"
#include "http/message.hpp"
#include "http/route.hpp"
#include "rest/etag.hpp"
#include "rest/page.hpp"

namespace postgres {
class Database;
}

namespace rest {

// ---- routes

template <class Service>
using ServiceHandler = core::Result<http::Response> (*)(Service&, const http::Request&);
template <class Service>
using CreateHandler = core::Result<http::Response> (*)(Service&, postgres::Database&, const http::Request&);

// `handle` as the handler of a route. The service outlives the route.
template <class Service>
http::Handler bind(Service& service, ServiceHandler<std::type_identity_t<Service>> handle) {
    return [&service, handle](const http::Request& request) { return handle(service, request); };
}
// For a POST that creates: its answer is kept in `db` (rest/create.hpp).
template <class Service>
http::Handler bind(Service& service, postgres::Database& db,
                   CreateHandler<std::type_identity_t<Service>> handle) {
    return [&service, &db, handle](const http::Request& request) { return handle(service, db, request); };
}

// ---- requests

// What a PATCH asks for: a merge patch (RFC 7396), and the version it is meant for.
struct Patch {
    core::json::Value document;
    VersionTest expected;

    // `before` with the patch applied.
    core::json::Value apply_to(core::json::Value before) const;
};
core::Result<Patch> read_patch(const http::Request& request);

// ---- responses

http::Response respond(int status, const core::json::Value& body);
http::Response with_etag(http::Response response, std::int64_t version);
http::Response with_etag(http::Response response, std::int64_t version, std::string_view beside);
// `response` with the address of what the POST to `request.path` created.
http::Response created(const http::Request& request, http::Response response, const std::string& id);

// RFC 3339, or null.
core::json::Value or_null(const std::optional<core::Time>& time);
template <class T>
core::json::Value or_null(const std::optional<T>& value) {
    return value ? core::json::Value(*value) : core::json::Value(nullptr);
}
template <class T, class Convert>
core::json::Value or_null(const std::optional<T>& value, Convert convert) {
    return value ? core::json::Value(convert(*value)) : core::json::Value(nullptr);
}

// {"data":[…],"has_more":…}
http::Response respond_page(core::json::Value data, bool has_more);

template <class Item, class ToJson>
http::Response page_of(const std::vector<Item>& items, bool has_more, ToJson to_json) {
    auto data = core::json::Value::array();
    for (const auto& item : items) data.push_back(to_json(item));
    return respond_page(std::move(data), has_more);
}
// `found` holds one more than the page's limit when there are more.
template <class Item, class ToJson>
http::Response page_of(const std::vector<Item>& found, const Page& page, ToJson to_json) {
    auto data = core::json::Value::array();
    const auto limit = static_cast<std::size_t>(page.limit);
    for (std::size_t i = 0; i < found.size() && i < limit; ++i) data.push_back(to_json(found[i]));
    return respond_page(std::move(data), found.size() > limit);
}

}  // namespace rest
