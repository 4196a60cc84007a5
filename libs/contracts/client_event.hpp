// Payloads of the events `clients` publishes, whose subject is the client. Pure.
//   client.registered  client.changed  client.email_changed  client.password_changed  client.erased
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace contracts {

// {"client_id","email","name","locale","email_verified_at":time or null,"sealed_password":text or null}
struct ClientRegistered {
    std::string client_id;
    std::string email;
    std::string name;
    std::string locale;
    std::optional<core::Time> email_verified_at;  // of an address proved before, when published again
    std::optional<std::string> sealed_password;   // only `auth` opens it; none: the owner chooses one by mail
    bool operator==(const ClientRegistered&) const = default;
};
std::string to_json(const ClientRegistered& event);
core::Result<ClientRegistered> client_registered_from_json(std::string_view text);

// {"client_id","fields":["name"]}: names of fields, no values.
struct ClientChanged {
    std::string client_id;
    std::vector<std::string> fields;
    bool operator==(const ClientChanged&) const = default;
};
std::string to_json(const ClientChanged& event);
core::Result<ClientChanged> client_changed_from_json(std::string_view text);

// {"client_id","email"}: the address is not proved yet.
struct ClientEmailChanged {
    std::string client_id;
    std::string email;
    bool operator==(const ClientEmailChanged&) const = default;
};
std::string to_json(const ClientEmailChanged& event);
core::Result<ClientEmailChanged> client_email_changed_from_json(std::string_view text);

// {"client_id","change_id","sealed"}: `sealed` holds the old and the new password.
struct ClientPasswordChanged {
    std::string client_id;
    std::string change_id;
    std::string sealed;
    bool operator==(const ClientPasswordChanged&) const = default;
};
std::string to_json(const ClientPasswordChanged& event);
core::Result<ClientPasswordChanged> client_password_changed_from_json(std::string_view text);

// {"client_id","email","email_verified"}
struct ClientErased {
    std::string client_id;
    std::string email;  // as it was; may be empty
    bool email_verified;
    bool operator==(const ClientErased&) const = default;
};
std::string to_json(const ClientErased& event);
core::Result<ClientErased> client_erased_from_json(std::string_view text);

}  // namespace contracts
