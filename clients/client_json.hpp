// Clients and what is kept of them as JSON: what comes in is parsed with all its faults at once.
#pragma once

#include "core/json.hpp"
#include "core/result.hpp"
#include "clients/service.hpp"

namespace clients {

using Json = base::json::Value;

base::Result<Registration> read_registration(const base::json::Value& document);
// `patch` applied as RFC 7396 says; what the server owns is refused by name.
base::Result<Profile> patched(const Profile& before, const base::json::Value& patch);
base::Result<AddressDraft> read_address_draft(const base::json::Value& document);
base::Result<AddressDraft> patched(const AddressDraft& before, const base::json::Value& patch);
base::Result<ConsentDraft> read_consent_draft(const base::json::Value& document);
base::Result<Passwords> read_passwords(const base::json::Value& document);
// {"email"}
base::Result<std::string> read_only_email(const base::json::Value& document);
// {"erasures":[…]}, which may be left out.
base::Result<std::vector<Erasure>> read_erasures(const base::json::Value& document);

Json to_json(const Client& client);
Json to_json(const KeptAddress& address);
Json to_json(const Consent& consent);
Json to_json(const PasswordChange& change);
Json to_json(const Erasure& erasure);
Json to_json(const PersonalData& data);

}  // namespace clients
