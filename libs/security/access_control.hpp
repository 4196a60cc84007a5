// Who is let through to a route: the header Authorization becomes a caller, and the caller is held against
// the route.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.hpp"

namespace base::http {

class Doorkeeper {
public:
    // `keys` may be null when no route asks for the token of a person or program.
    Doorkeeper(std::string service, std::vector<Secret> service_tokens, KeySource* keys)
        : service_(std::move(service)), service_tokens_(std::move(service_tokens)), keys_(keys) {}

    // Sets the request's caller when that takes microseconds; false when there is a signature to check first,
    // which is `verify`'s on a worker.
    bool knows(const Route& route, Request& request) const;
    // For a request that `knows` was true of: nothing when it may go on.
    std::optional<Error> refuse(const Route& route, Request& request) const;
    std::optional<Error> verify(const Route& route, Request& request) const;

private:
    std::optional<Caller> known_caller(const Route& route, std::string_view token) const;
    std::optional<Error> refuse(const Route& route, Request& request, const Error& without_caller) const;

    std::string service_;                 // what scopes call it
    std::vector<Secret> service_tokens_;  // several are live while one is exchanged
    KeySource* keys_;
};

}  // namespace base::http
