#include "clients/request.hpp"

namespace clients {

base::Result<ClientId> client_of(const base::http::Request& request) {
    const auto& text = request.path_value("id");
    const auto& caller = *request.caller;
    const auto id = ClientId::parse(text == "me" ? caller.subject : text);
    const bool shown = id && (caller.role == base::Role::admin || caller.subject == id->value());
    if (!shown) return base::not_found("no client " + text);
    return *id;
}

base::http::Request without_passwords(const base::http::Request& request, base::json::Value document) {
    for (const auto* name : {"password", "old_password", "new_password"}) document.erase(name);
    auto copy = request;
    copy.body = document.dump();
    return copy;
}

}  // namespace clients
