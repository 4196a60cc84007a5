// The interface of who may call which route. Deny by default is the implementation's duty.
#pragma once

#include <optional>

#include "core/result.hpp"
#include "http/route.hpp"

namespace http {

class Authenticator {
public:
    virtual ~Authenticator() = default;

    // Sets the request's caller when that takes microseconds; false when there is a signature to check first,
    // which is `verify`'s on a worker.
    virtual bool knows(const Route& route, Request& request) const = 0;
    // For a request that `knows` was true of: nothing when it may go on.
    virtual std::optional<core::Error> refuse(const Route& route, Request& request) const = 0;
    virtual std::optional<core::Error> verify(const Route& route, Request& request) const = 0;
};

}  // namespace http
