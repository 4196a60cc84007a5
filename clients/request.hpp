// What the service's handlers ask of a request: whose record it is about.
#pragma once

#include "clients/client_json.hpp"
#include "core/result.hpp"
#include "http/server.hpp"

namespace clients {

// The client a path is about; `me` is the caller's own. A client is shown its own record only: another's is
// as if it were not there.
core::Result<ClientId> client_of(const http::Request& request);

template <class Id>
core::Result<Id> id_of(const http::Request& request, std::string_view name, const char* what) {
    const auto& text = request.path_value(name);
    if (auto id = Id::parse(text)) return *id;
    return core::not_found("no " + std::string{what} + " " + text + " of this client");
}

// What `once` is to know a request by: all of it but the passwords, because of what it keeps is a
// digest, which would let them be guessed.
http::Request without_passwords(const http::Request& request, core::json::Value document);

}  // namespace clients
