// Versions of a resource as HTTP has them: the ETag served, and If-Match and If-None-Match asked for (RFC
// 9110).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "http/message.hpp"

namespace rest {

// "3", quotes included.
std::string etag(std::int64_t version);
// "3.500": what is shown beside the version and changes without making a new one, such as a stock, tells
// readers its tags apart; a change is meant for the version whatever stands behind the dot.
std::string etag(std::int64_t version, std::string_view beside);

// Whether a version is the one a change was meant for; empty: any is.
using VersionTest = std::function<bool(std::int64_t)>;
VersionTest if_match(const http::Request& request);
// What a change gets that was meant for another version.
core::Error outdated();

// The answer (with its ETag), or a bare 304 when the caller has it already. `cache_control` says who may keep
// it.
http::Response not_modified_or(const http::Request& request, http::Response answer,
                               std::string cache_control);

}  // namespace rest
