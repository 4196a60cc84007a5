// Versions of a resource as HTTP has them: the ETag served, and If-Match and If-None-Match asked for (RFC
// 9110).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/http_message.hpp"
#include "base/result.hpp"

namespace base {

// "3", quotes included.
std::string etag(std::int64_t version);

// Whether a version is the one a change was meant for; empty: any is.
using VersionTest = std::function<bool(std::int64_t)>;
VersionTest if_match(const http::Request& request);
// What a change gets that was meant for another version.
Error outdated();

// Whether the caller has this version already, so that 304 says it all.
bool has_version(const http::Request& request, std::int64_t version);

}  // namespace base
