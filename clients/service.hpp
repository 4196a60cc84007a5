// What the service can do with clients: every method is one transaction, or a step of the one it is handed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rest/etag.hpp"
#include "events/event.hpp"
#include "rest/page.hpp"
#include "postgres/database.hpp"
#include "core/result.hpp"
#include "telemetry/trace_context.hpp"
#include "clients/client.hpp"
#include "clients/consent.hpp"
#include "clients/password_change.hpp"
#include "clients/store.hpp"

namespace clients {

// A request as a step of a transaction: what it is part of, and where what it does is told.
struct Step {
    base::pg::Transaction& tx;
    const base::Trace& trace;
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
    Service(base::pg::Database& db, std::string password_seal_public_key)
        : db_(db), seal_key_(std::move(password_seal_public_key)) {}

    // ---- records

    // Anybody: nothing in the answer, nor in how long it takes, says whether the address was free. When it
    // was not, its owner gets a mail, once an hour at most.
    void sign_up(Step step, const Registration& registration);
    // An admin: `conflict` when the address is taken.
    base::Result<Client> create(Step step, const Registration& registration);

    base::Result<Client> find(const ClientId& id);
    std::vector<Client> list(const Filter& filter, const base::Page& page);
    using Edit = std::function<base::Result<Profile>(const Profile& before)>;
    base::Result<Client> change(const ClientId& id, const base::VersionTest& expected, const Edit& edit,
                                const base::Trace& trace);
    // Takes the place of the one there is when whoever reads it agrees. The one there is takes back a change.
    base::Result<Client> change_email(const ClientId& id, const std::string& email, const base::Trace& trace);

    // ---- addresses

    base::Result<std::vector<KeptAddress>> list_addresses(const ClientId& id);
    base::Result<KeptAddress> find_address(const ClientId& id, const AddressId& address);
    base::Result<KeptAddress> add_address(Step step, const ClientId& id, const AddressDraft& draft);
    using AddressEdit = std::function<base::Result<AddressDraft>(const AddressDraft& before)>;
    base::Result<KeptAddress> change_address(const ClientId& id, const AddressId& address,
                                             const base::VersionTest& expected, const AddressEdit& edit,
                                             const base::Trace& trace);
    base::Result<void> remove_address(const ClientId& id, const AddressId& address,
                                      const base::VersionTest& expected, const base::Trace& trace);

    // ---- consents

    base::Result<Consent> consent(Step step, const ClientId& id, const ConsentDraft& draft);
    base::Result<std::vector<Consent>> list_consents(const ClientId& id,
                                                     const std::optional<std::string>& purpose,
                                                     const base::Page& page);

    // ---- passwords

    // Taken, not done: `auth` does it and tells.
    base::Result<PasswordChange> change_password(Step step, const ClientId& id, const Passwords& passwords);
    base::Result<PasswordChange> find_password_change(const ClientId& id, const PasswordChangeId& change);

    // ---- personal data

    base::Result<PersonalData> personal_data(const ClientId& id);
    // Once more is fine and changes nothing.
    base::Result<Client> erase(Step step, const ClientId& id);
    std::vector<Erasure> list_erasures(const base::Page& page);
    // Adds to the journal, then erases and tells anew all that is in it: databases that were restored from
    // older copies forget again. How many there are.
    std::int64_t replay_erasures(const std::vector<Erasure>& kept_elsewhere, const base::Trace& trace);
    // Tells anew of all who registered, were told of, or proved their address from `since` on, so that those
    // who have no login any more, as auth was restored, get one, and nobody logs in with an address that was
    // theirs. How many there are.
    std::int64_t retell_registrations(base::Time since, const base::Trace& trace);

private:
    base::pg::Database& db_;
    std::string seal_key_;
};

// What `auth` tells, each once: handlers of the inbox.
base::Result<void> email_verified(base::pg::Transaction& tx, const base::events::Event& event);
base::Result<void> password_settled(base::pg::Transaction& tx, const base::events::Event& event);

}  // namespace clients
