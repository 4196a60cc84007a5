#include "quittance/stripe/signature.hpp"

#include "core/digest.hpp"

namespace quittance {

std::string stripe_signature(std::string_view secret, std::int64_t unix_s, std::string_view body) {
    const auto timestamp = std::to_string(unix_s);
    const auto text = timestamp + "." + std::string{body};
    return "t=" + timestamp + ",v1=" + core::to_hex(core::hmac_sha256(secret, text));
}

}  // namespace quittance
