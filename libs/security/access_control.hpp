// Who is let through to a route: the header Authorization becomes a caller, and the caller is checked against
// the route.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/secret.hpp"
#include "http/authenticator.hpp"
#include "security/jwks_client.hpp"

namespace security {

class AccessControl : public http::Authenticator {
public:
    // `keys` may be null when no route asks for the token of a person or program.
    AccessControl(std::string service, std::vector<core::Secret> service_tokens, JwksClient* keys)
        : service_(std::move(service)), service_tokens_(std::move(service_tokens)), keys_(keys) {}

    bool knows(const http::Route& route, http::Request& request) const override;
    std::optional<core::Error> refuse(const http::Route& route, http::Request& request) const override;
    std::optional<core::Error> verify(const http::Route& route, http::Request& request) const override;

private:
    std::optional<http::Caller> known_caller(const http::Route& route, std::string_view token) const;
    std::optional<core::Error> refuse(const http::Route& route, http::Request& request,
                                      const core::Error& without_caller) const;

    std::string service_;                       // what scopes call it
    std::vector<core::Secret> service_tokens_;  // several are live while one is exchanged
    JwksClient* keys_;
};

}  // namespace security
