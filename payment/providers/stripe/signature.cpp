#include "payment/providers/stripe/signature.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "core/digest.hpp"

namespace payment::stripe {
namespace {

struct SignatureHeader {
    std::string_view timestamp;
    std::vector<std::string_view> v1;
};

SignatureHeader split_header(std::string_view text) {
    constexpr std::size_t kMaxSignatures = 16;
    SignatureHeader header;
    while (!text.empty()) {
        const auto item = text.substr(0, text.find(','));
        if (item.starts_with("t=")) header.timestamp = item.substr(2);
        if (item.starts_with("v1=") && header.v1.size() < kMaxSignatures) header.v1.push_back(item.substr(3));
        text.remove_prefix(std::min(item.size() + 1, text.size()));
    }
    return header;
}

// HMAC-SHA256 of "<timestamp>.<body>" in lower-case hex.
std::string sign(const core::Secret& secret, std::string_view timestamp, std::string_view body) {
    std::string signed_text;
    signed_text.reserve(timestamp.size() + 1 + body.size());
    signed_text.append(timestamp).append(1, '.').append(body);
    return core::to_hex(core::hmac_sha256(secret.reveal(), signed_text));
}

}  // namespace

Verification verify_signature(std::string_view header, std::string_view body,
                              std::span<const core::Secret> secrets, core::Time now,
                              std::chrono::seconds tolerance) {
    const auto parts = split_header(header);
    std::int64_t signed_at_s = 0;
    const auto* end = parts.timestamp.data() + parts.timestamp.size();
    const auto [stop, error] = std::from_chars(parts.timestamp.data(), end, signed_at_s);
    if (parts.timestamp.empty() || error != std::errc{} || stop != end || signed_at_s < 0) {
        return Verification::forged;
    }

    bool matches = false;
    for (const auto& secret : secrets) {
        const auto expected = sign(secret, parts.timestamp, body);
        for (const auto given : parts.v1) matches |= core::equal_constant_time(expected, given);
    }
    if (!matches) return Verification::forged;
    const auto now_s = core::to_unix_s(now);
    const bool timely = signed_at_s >= now_s - tolerance.count() && signed_at_s <= now_s + tolerance.count();
    return timely ? Verification::genuine : Verification::stale;
}

}  // namespace payment::stripe
