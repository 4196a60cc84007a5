// Base64 (RFC 4648, with padding): bytes in JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

std::string to_base64(std::string_view bytes);
void append_base64(std::string& out, std::string_view bytes);
// Nothing when `text` is no base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace base
