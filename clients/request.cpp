#include "clients/request.hpp"

namespace clients {

core::Result<ClientId> client_of(const http::Request& request) {
    const auto& text = request.path_value("id");
    const auto& caller = *request.caller;
    const auto id = ClientId::parse(text == "me" ? caller.subject : text);
    const bool shown = id && (caller.role == http::Role::admin || caller.subject == id->value());
    if (!shown) return core::not_found("no client " + text);
    return *id;
}

http::Request without_passwords(const http::Request& request, core::json::Value document) {
    for (const auto* name : {"password", "old_password", "new_password"}) document.erase(name);
    auto copy = request;
    copy.body = document.dump();
    return copy;
}

}  // namespace clients
