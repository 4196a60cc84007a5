#include "rest/json_body.hpp"

#include <algorithm>

namespace rest {

core::Result<core::json::Value> parse_body(const http::Request& request) {
    if (const auto* type = request.header("content-type")) {
        auto media = type->substr(0, type->find(';'));
        media.erase(media.find_last_not_of(" \t") + 1);
        std::ranges::transform(media, media.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        if (media != "application/json" && media != "application/merge-patch+json") {
            return core::Error{core::Kind::unsupported, "the body must be application/json"};
        }
    }
    return core::json::parse_object(request.body);
}

}  // namespace rest
