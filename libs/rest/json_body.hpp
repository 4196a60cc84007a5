// The JSON document a request's body is.
#pragma once

#include "core/json_reader.hpp"
#include "http/message.hpp"

namespace rest {

// The object a request's body is. `unsupported` when Content-Type is there and is neither application/json
// nor application/merge-patch+json.
core::Result<core::json::Value> parse_body(const http::Request& request);

}  // namespace rest
