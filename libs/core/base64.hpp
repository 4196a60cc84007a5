// Base64 (RFC 4648): with padding for bytes in JSON, and the URL alphabet without it for tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core {

std::string to_base64(std::string_view bytes);
void append_base64(std::string& out, std::string_view bytes);
// Nothing when `text` is no base64.
std::optional<std::string> from_base64(std::string_view text);

std::string to_base64url(std::string_view bytes);
// Strict, so that bytes have one text only: no padding, no blanks, no bits left over.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace core
