#include "core/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

#include "core/base64.hpp"

namespace core {
namespace {

using Bytes = std::array<unsigned char, 32>;

std::string to_url(const Bytes& bytes) {
    return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

const unsigned char* data_of(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    Bytes digest;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("no SHA-256");
    constexpr auto kDigits = "0123456789abcdef";
    std::string text;
    for (const auto byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string keyed_digest(std::string_view key, std::string_view bytes) {
    Bytes digest;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data_of(bytes), bytes.size(),
             digest.data(), nullptr) == nullptr)
        throw std::runtime_error("no HMAC");
    return to_url(digest);
}

std::string random_token() {
    Bytes bytes;
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("no randomness");
    return to_url(bytes);
}

}  // namespace core
