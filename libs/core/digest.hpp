// Digests and random texts, as tokens, secrets, signatures and chains need them.
#pragma once

#include <string>
#include <string_view>

namespace core {

// 32 bytes each.
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
// Two lower-case hex digits for each byte.
std::string to_hex(std::string_view bytes);
// 64 hex digits.
std::string sha256_hex(std::string_view bytes);
// 32 bytes of HMAC-SHA256, as 43 characters of base64url.
std::string keyed_digest(std::string_view key, std::string_view bytes);
// 256 random bits, as 43 characters of base64url.
std::string random_token();

}  // namespace core
