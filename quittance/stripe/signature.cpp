#include "quittance/stripe/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace quittance {

std::string stripe_signature(std::string_view secret, std::int64_t unix_s, std::string_view body) {
    const auto timestamp = std::to_string(unix_s);
    const auto text = timestamp + "." + std::string{body};
    std::array<unsigned char, 32> digest{};
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &size) == nullptr) {
        throw std::runtime_error("HMAC-SHA256 is not available");
    }
    auto header = "t=" + timestamp + ",v1=";
    constexpr auto kDigits = "0123456789abcdef";
    for (const auto byte : digest) {
        header += kDigits[byte >> 4];
        header += kDigits[byte & 15];
    }
    return header;
}

}  // namespace quittance
