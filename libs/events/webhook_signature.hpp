// Standard Webhooks: how a message we send is signed, and how one that came is proved genuine.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/environment.hpp"
#include "core/secret.hpp"
#include "http/message.hpp"

namespace events::webhook_signature {

// The key behind "whsec_<base64 of 24 to 64 bytes>".
class Key {
public:
    static std::optional<Key> parse(std::string_view text);
    static Key make();         // 32 random bytes
    std::string text() const;  // whsec_…: to be shown once, or sealed
    // base64 of HMAC-SHA256 over "<id>.<seconds>.<body>"
    std::string sign(std::string_view id, std::int64_t unix_s, std::string_view body) const;

private:
    explicit Key(std::string bytes) : bytes_(std::move(bytes)) {}
    core::Secret bytes_;
};

// webhook-id, webhook-timestamp and webhook-signature, with one "v1,…" for each key: while keys are being
// exchanged receivers of either kind can verify.
http::Headers headers(const std::vector<Key>& keys, std::string_view id, core::Time now,
                      std::string_view body);

constexpr std::chrono::minutes kTolerance{5};
// Whether any of `keys` made any of the signatures, and the time stamp is within the tolerance, both ways.
bool verify(const std::vector<Key>& keys, const http::Request& request, core::Time now,
            std::chrono::seconds tolerance = kTolerance);

// A variable of one or more keys, separated by commas: the first signs, all verify.
std::vector<Key> read_keys(core::Environment& environment, const core::Variable& variable);

}  // namespace events::webhook_signature
