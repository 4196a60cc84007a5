#include "core/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

#include "core/base64.hpp"

namespace core {
namespace {

constexpr std::size_t kBytes = 32;

unsigned char* data_of(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

const unsigned char* data_of(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::string sha256(std::string_view bytes) {
    std::string digest(kBytes, '\0');
    if (EVP_Digest(bytes.data(), bytes.size(), data_of(digest), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("no SHA-256");
    return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    std::string digest(kBytes, '\0');
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data_of(bytes), bytes.size(),
             data_of(digest), nullptr) == nullptr)
        throw std::runtime_error("no HMAC");
    return digest;
}

std::string to_hex(std::string_view bytes) {
    constexpr auto kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const auto c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string sha256_hex(std::string_view bytes) {
    return to_hex(sha256(bytes));
}

std::string keyed_digest(std::string_view key, std::string_view bytes) {
    return to_base64url(hmac_sha256(key, bytes));
}

std::string random_token() {
    std::string bytes(kBytes, '\0');
    if (RAND_bytes(data_of(bytes), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("no randomness");
    return to_base64url(bytes);
}

}  // namespace core
