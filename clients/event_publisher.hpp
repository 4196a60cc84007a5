// What the service tells others of a client: events, each in the transaction of its change, in the order of
// the client's versions. The caller has the client's row locked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clients/client.hpp"
#include "clients/password_change.hpp"
#include "postgres/database.hpp"
#include "telemetry/trace_context.hpp"

namespace clients::news {

using postgres::Transaction;
using telemetry::Trace;

// `sealed_password` only `auth` can open. Without one a login is made that its owner chooses a password for,
// by mail.
void registered(Transaction& tx, const Client& client, const std::optional<std::string>& sealed_password,
                const Trace& trace);
// `fields` are those of the client's record that are not what they were.
void changed(Transaction& tx, const Client& client, const std::vector<std::string>& fields,
             const Trace& trace);
// `auth` asks the reader of that address whether they want it.
void email_changed(Transaction& tx, const Client& client, const std::string& email, const Trace& trace);
void password_changed(Transaction& tx, const Client& client, const PasswordChangeId& change,
                      const std::string& sealed_passwords, const Trace& trace);
// `client` as it was before; `version` it has now.
void erased(Transaction& tx, const Client& client, std::int64_t version, const Trace& trace);

// A mail to the owner of an address that somebody wanted to register.
void already_registered(Transaction& tx, const Client& client, const Trace& trace);
// A mail to the address a client has, when another is to take its place.
void email_change_requested(Transaction& tx, const Client& client, const Trace& trace);

}  // namespace clients::news
