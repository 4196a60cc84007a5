// The JSON document a request's body is.
#pragma once

#include "core/json_reader.hpp"
#include "http/message.hpp"

namespace base::json {

// The object a request's body is. `unsupported` when Content-Type is there and is neither application/json
// nor application/merge-patch+json.
Result<Value> parse_body(const http::Request& request);

}  // namespace base::json
