// What the service can do with clients: every method is one transaction, or a step of the one it is handed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clients/client.hpp"
#include "clients/consent.hpp"
#include "clients/password_change.hpp"
#include "clients/store.hpp"
#include "core/result.hpp"
#include "events/event.hpp"
#include "postgres/database.hpp"
#include "rest/etag.hpp"
#include "rest/page.hpp"
#include "telemetry/trace_context.hpp"

namespace clients {

// A request as a step of a transaction: what it is part of, and where what it does is told.
struct Step {
    postgres::Transaction& tx;
    const telemetry::Trace& trace;
};

// Everything held here of a client.
struct PersonalData {
    Client client;
    std::vector<KeptAddress> addresses;
    std::vector<Consent> consents;
    std::vector<PasswordChange> password_changes;
};

class Service {
public:
    // Passwords are sealed with the key, which only `auth` can open.
    Service(postgres::Database& db, std::string password_seal_public_key)
        : db_(db), seal_key_(std::move(password_seal_public_key)) {}

    // ---- records

    // Anybody: nothing in the answer, nor in how long it takes, says whether the address was free. When it
    // was not, its owner gets a mail, once an hour at most.
    void sign_up(Step step, const Registration& registration);
    // An admin: `conflict` when the address is taken.
    core::Result<Client> create(Step step, const Registration& registration);

    core::Result<Client> find(const ClientId& id);
    std::vector<Client> list(const Filter& filter, const rest::Page& page);
    using Edit = std::function<core::Result<Profile>(const Profile& before)>;
    core::Result<Client> change(const ClientId& id, const rest::VersionTest& expected, const Edit& edit,
                                const telemetry::Trace& trace);
    // Takes the place of the one there is when its reader agrees. The one there is takes back a change.
    core::Result<Client> change_email(const ClientId& id, const std::string& email,
                                      const telemetry::Trace& trace);

    // ---- addresses

    core::Result<std::vector<KeptAddress>> list_addresses(const ClientId& id);
    core::Result<KeptAddress> find_address(const ClientId& id, const AddressId& address);
    core::Result<KeptAddress> add_address(Step step, const ClientId& id, const AddressDraft& draft);
    using AddressEdit = std::function<core::Result<AddressDraft>(const AddressDraft& before)>;
    core::Result<KeptAddress> change_address(const ClientId& id, const AddressId& address,
                                             const rest::VersionTest& expected, const AddressEdit& edit,
                                             const telemetry::Trace& trace);
    core::Result<void> remove_address(const ClientId& id, const AddressId& address,
                                      const rest::VersionTest& expected, const telemetry::Trace& trace);

    // ---- consents

    core::Result<Consent> consent(Step step, const ClientId& id, const ConsentDraft& draft);
    core::Result<std::vector<Consent>> list_consents(const ClientId& id,
                                                     const std::optional<std::string>& purpose,
                                                     const rest::Page& page);

    // ---- passwords

    // Taken, not done: `auth` does it and tells.
    core::Result<PasswordChange> change_password(Step step, const ClientId& id, const Passwords& passwords);
    core::Result<PasswordChange> find_password_change(const ClientId& id, const PasswordChangeId& change);

    // ---- personal data

    core::Result<PersonalData> personal_data(const ClientId& id);
    // Once more is fine and changes nothing.
    core::Result<Client> erase(Step step, const ClientId& id);
    std::vector<Erasure> list_erasures(const rest::Page& page);
    // Adds to the journal, then erases and publishes again all that is in it: databases that were restored
    // from older copies forget again. How many there are.
    std::int64_t replay_erasures(const std::vector<Erasure>& kept_elsewhere, const telemetry::Trace& trace);
    // Publishes again for all who registered, were told of, or proved their address from `since` on, so that
    // those who have no login any more, as auth was restored, get one, and nobody logs in with an address
    // that was theirs. How many there are.
    std::int64_t resend_registrations(core::Time since, const telemetry::Trace& trace);

private:
    postgres::Database& db_;
    std::string seal_key_;
};

}  // namespace clients
