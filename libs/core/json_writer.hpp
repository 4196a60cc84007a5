// Writes JSON text without building a document first: for hot paths and the log.
#pragma once

#include <string>
#include <string_view>

namespace core::json {

// Appends `text` as a JSON string, quotes included. UTF-8 passes as it is.
void append_text(std::string& out, std::string_view text);

}  // namespace core::json
