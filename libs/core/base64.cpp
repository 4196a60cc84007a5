#include "core/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace core {

void append_base64(std::string& out, std::string_view bytes) {
    const auto start = out.size();
    out.resize(start + (bytes.size() + 2) / 3 * 4 + 1);  // EVP_EncodeBlock ends with a NUL
    const auto written =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + start),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(start + static_cast<std::size_t>(written));
}

std::string to_base64(std::string_view bytes) {
    std::string text;
    append_base64(text, bytes);
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return {};
    std::string bytes(text.size() / 4 * 3, '\0');
    const auto size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < 0) return {};
    const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

std::string to_base64url(std::string_view bytes) {
    auto text = to_base64(bytes);
    while (text.ends_with('=')) text.pop_back();
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string padded{text};
    padded.append((4 - text.size() % 4) % 4, '=');
    std::ranges::replace(padded, '-', '+');
    std::ranges::replace(padded, '_', '/');
    auto bytes = from_base64(padded);
    // Whatever else would decode (padding of its own, the other alphabet, stray bits, blanks) comes back as
    // other text.
    if (!bytes || to_base64url(*bytes) != text) return {};
    return bytes;
}

}  // namespace core
