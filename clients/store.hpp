// Every SQL statement of the service: one function, one statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients/address_book.hpp"
#include "clients/client.hpp"
#include "clients/consent.hpp"
#include "clients/erasure.hpp"
#include "clients/password_change.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace clients {

// Which clients a list shows; what is empty does not filter.
struct Filter {
    std::optional<std::string> email;
    std::optional<core::Time> created_after;
    std::optional<core::Time> created_before;
};

namespace store {

using postgres::Transaction;

// All that follows in the transaction reads one snapshot, and nothing is written.
void read_only(Transaction& tx);

// ---- clients

// False when the e-mail address is another client's.
bool insert(Transaction& tx, const ClientId& id, const Registration& registration);
std::optional<Client> find(Transaction& tx, const ClientId& id);
// Held until the transaction ends; whatever happens to a client queues up here.
std::optional<Client> find_for_update(Transaction& tx, const ClientId& id);
std::optional<Client> find_by_email_for_update(Transaction& tx, const std::string& email);
bool is_email_taken(Transaction& tx, const std::string& email);
// Newest first, one more than the page has when there are more. Who was erased is listed only when nothing
// filters by e-mail.
std::vector<Client> list(Transaction& tx, const Filter& filter, const rest::Page& page);

// Each of these makes a new version.
void save_profile(Transaction& tx, const ClientId& id, const Profile& profile);
void save_pending_email(Transaction& tx, const ClientId& id, const std::optional<std::string>& email);
// The address is proven; it is the client's, and nothing is pending any more.
void save_verified_email(Transaction& tx, const ClientId& id, const std::string& email);
void touch(Transaction& tx, const ClientId& id);

// True when the owner was not told within the last hour; from now on it was.
bool may_remind(Transaction& tx, const ClientId& id);

// ---- addresses

std::vector<KeptAddress> list_addresses(Transaction& tx, const ClientId& id);
std::optional<KeptAddress> find_address(Transaction& tx, const ClientId& id, const AddressId& address);
void insert_address(Transaction& tx, const ClientId& id, const AddressId& address, const AddressDraft& draft);
void save_address(Transaction& tx, const AddressId& address, const AddressDraft& draft);
void delete_address(Transaction& tx, const AddressId& address);
// Takes from the client's other addresses the places the draft wants.
void yield_defaults(Transaction& tx, const ClientId& id, const AddressId& to, const AddressDraft& draft);

// ---- consents

void insert_consent(Transaction& tx, const ClientId& id, const ConsentId& consent, const ConsentDraft& draft);
std::optional<Consent> find_consent(Transaction& tx, const ConsentId& consent);
// Newest first, one more than the page has when there are more.
std::vector<Consent> list_consents(Transaction& tx, const ClientId& id,
                                   const std::optional<std::string>& purpose, const rest::Page& page);
std::vector<Consent> all_consents(Transaction& tx, const ClientId& id);

// ---- password changes

void insert_password_change(Transaction& tx, const ClientId& id, const PasswordChangeId& change);
bool has_pending_password_change(Transaction& tx, const ClientId& id);
std::optional<PasswordChange> find_password_change(Transaction& tx, const ClientId& id,
                                                   const PasswordChangeId& change);
std::vector<PasswordChange> all_password_changes(Transaction& tx, const ClientId& id);
// False when it is not there, or settled already.
bool settle_password_change(Transaction& tx, const ClientId& id, const PasswordChangeId& change,
                            PasswordChangeStatus status, const std::optional<std::string>& reason);

// ---- erasure

// Everything about them, except that they were there and when.
void erase(Transaction& tx, const ClientId& id);
void delete_addresses(Transaction& tx, const ClientId& id);
void erase_consent_sources(Transaction& tx, const ClientId& id);
// Kept answers to requests that show the client, or whose key names it.
void delete_answers(Transaction& tx, const Client& client);
// What was told of it: mails are not sent any more, and what is parked or delivered is not kept. What is on
// its way goes on, or nobody could put it in order, and is forgotten when it arrives.
void erase_published(Transaction& tx, const ClientId& id);
// Of a client this database does not know: that it was erased.
void insert_erased(Transaction& tx, const ClientId& id);

// Those not erased who registered or proved their address from `since` on, or of whom others heard then only,
// in the order of their ids, behind `after`.
std::vector<Client> new_logins_since(Transaction& tx, core::Time since, const std::string& after, int most);

// Adds to the journal; what is there stays as it is.
void note_erasures(Transaction& tx, const std::vector<Erasure>& erasures);
std::vector<Erasure> list_erasures(Transaction& tx, const rest::Page& page);

}  // namespace store
}  // namespace clients
