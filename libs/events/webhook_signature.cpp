#include "events/webhook_signature.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "core/base64.hpp"
#include "core/digest.hpp"

namespace events::webhook_signature {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kFewestKeyBytes = 24;
constexpr std::size_t kMaxKeyBytes = 64;
constexpr std::string_view kVersion = "v1,";

std::optional<std::int64_t> parse_seconds(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0) return {};
    return seconds;
}

// Every signature of the header is checked against every key, whichever fits first.
bool any_matches(std::string_view header, const std::vector<std::string>& expected) {
    bool matches = false;
    while (!header.empty()) {
        const auto one = header.substr(0, header.find(' '));
        header.remove_prefix(std::min(one.size() + 1, header.size()));
        if (!one.starts_with(kVersion)) continue;
        for (const auto& signature : expected) {
            matches |= core::equal_constant_time(one.substr(kVersion.size()), signature);
        }
    }
    return matches;
}

}  // namespace

std::optional<Key> Key::parse(std::string_view text) {
    if (!text.starts_with(kPrefix)) return {};
    auto bytes = core::from_base64(text.substr(kPrefix.size()));
    if (!bytes || bytes->size() < kFewestKeyBytes || bytes->size() > kMaxKeyBytes) return {};
    return Key{*std::move(bytes)};
}

Key Key::make() {
    std::string bytes(32, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("no random bytes");
    }
    return Key{std::move(bytes)};
}

std::string Key::text() const {
    return std::string{kPrefix} + core::to_base64(bytes_.reveal());
}

std::string Key::sign(std::string_view id, std::int64_t unix_s, std::string_view body) const {
    auto signed_text = std::string{id} + "." + std::to_string(unix_s) + ".";
    signed_text += body;
    return core::to_base64(core::hmac_sha256(bytes_.reveal(), signed_text));
}

http::Headers headers(const std::vector<Key>& keys, std::string_view id, core::Time now,
                      std::string_view body) {
    const auto seconds = core::to_unix_s(now);
    std::string signatures;
    for (const auto& key : keys) {
        if (!signatures.empty()) signatures += ' ';
        signatures.append(kVersion).append(key.sign(id, seconds, body));
    }
    return {{"webhook-id", std::string{id}},
            {"webhook-timestamp", std::to_string(seconds)},
            {"webhook-signature", std::move(signatures)}};
}

bool verify(const std::vector<Key>& keys, const http::Request& request, core::Time now,
            std::chrono::seconds tolerance) {
    const auto* id = request.header("webhook-id");
    const auto* timestamp = request.header("webhook-timestamp");
    const auto* signatures = request.header("webhook-signature");
    if (id == nullptr || timestamp == nullptr || signatures == nullptr) return false;
    const auto seconds = parse_seconds(*timestamp);
    const auto here = core::to_unix_s(now);
    if (!seconds || *seconds < here - tolerance.count() || *seconds > here + tolerance.count()) return false;
    std::vector<std::string> expected;
    for (const auto& key : keys) expected.push_back(key.sign(*id, *seconds, request.body));
    return any_matches(*signatures, expected);
}

std::vector<Key> read_keys(core::Environment& environment, const core::Variable& variable) {
    std::vector<Key> keys;
    for (const auto& secret : environment.secrets(variable)) {
        if (auto key = Key::parse(secret.reveal())) {
            keys.push_back(*std::move(key));
        } else {
            environment.fault(variable.name,
                              "must be whsec_ and the base64 of 24 to 64 bytes, or several with commas");
        }
    }
    return keys;
}

}  // namespace events::webhook_signature
