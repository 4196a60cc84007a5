// Follows the keys `auth` signs with, and says whose token it is that a request bears.
//
// While `auth` is away the last good keys stay. Before the first keys nobody is let through by a token, and a
// token is neither right nor wrong: 503. Readiness does not wait for them: what needs no token, and what
// services ask of each other, goes on.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/environment.hpp"
#include "security/jwt.hpp"
#include "telemetry/metrics.hpp"

namespace security {

class JwksClient {
public:
    // The JWKS document; nothing when it can't be had now. Called from one thread at a time, may block for a
    // second.
    using Fetch = std::function<std::optional<std::string>()>;
    struct Config {
        Fetch fetch;
        jwt::Realm realm = {};
        std::chrono::milliseconds every{3000};
    };
    // JWKS_URL (http://, https:// or file:///), JWKS_POLL_MS, TOKEN_ISSUER, TOKEN_AUDIENCE.
    static Config read(core::Environment& environment);
    static jwt::Realm read_realm(core::Environment& environment);

    // Asks once before it returns, so that a service usually starts with keys.
    JwksClient(Config config, telemetry::Metrics& metrics);
    ~JwksClient();

    // What was found out about this very token before, while that holds: microseconds, for an event loop.
    std::optional<http::Caller> remembered(std::string_view token) const;
    // For a worker: a signature costs a tenth of a millisecond, and a key that is not here is fetched first –
    // once a second at most, waiting half a second at most, and not at all where nobody needs a token.
    // `unauthorized`, or `unavailable` before the first keys.
    enum class Missing { fetch, refuse };
    core::Result<http::Caller> verify(std::string_view token, Missing missing = Missing::fetch);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace security
