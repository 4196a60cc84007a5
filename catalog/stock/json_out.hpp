// What every answer of the catalog writes alike.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "http/server.hpp"
#include "core/json.hpp"
#include "rest/page.hpp"
#include "catalog/stock/quantity.hpp"
#include "catalog/stock/stock.hpp"

namespace catalog {

using Json = core::json::Value;  // members in the order they are written

// A whole number where it is one.
Json to_json(Quantity quantity);
// {"on_hand","reserved","available"}
Json to_json(const Balance& balance);
// What tells an ETag's versions apart that show this balance: in millionths, on hand and reserved.
std::string to_tag(const Balance& balance);
// RFC 3339, or null.
Json to_json(const std::optional<core::Time>& time);
template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

// {"data":[…],"has_more":…}; `found` holds one more than the page's limit when there are more.
template <class Item, class ToJson>
http::Response page_of(const std::vector<Item>& found, const rest::Page& page, ToJson to_json) {
    auto data = Json::array();
    const auto limit = static_cast<std::size_t>(page.limit);
    for (std::size_t i = 0; i < found.size() && i < limit; ++i) data.push_back(to_json(found[i]));
    return http::json(200, Json{{"data", std::move(data)}, {"has_more", found.size() > limit}}.dump());
}

}  // namespace catalog
