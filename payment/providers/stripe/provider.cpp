#include "payment/providers/stripe/provider.hpp"

#include <algorithm>

#include "payment/providers/stripe/event_reader.hpp"
#include "payment/providers/stripe/redaction.hpp"
#include "payment/providers/stripe/signature.hpp"

namespace payment::stripe {
namespace {

Verification verify(const http::Headers& headers, std::string_view body,
                    std::span<const core::Secret> secrets, core::Time now, std::chrono::seconds tolerance) {
    const auto signature = std::ranges::find(headers, "stripe-signature", &http::Headers::value_type::first);
    if (signature == headers.end()) return Verification::forged;
    return verify_signature(signature->second, body, secrets, now, tolerance);
}

}  // namespace

constinit const Provider kProvider{
    .name = "stripe",
    .verify = verify,
    .parse = read_event,
    .event_type_label = known_type,
    .redact = redacted,
    .default_answers = {},
};

}  // namespace payment::stripe
