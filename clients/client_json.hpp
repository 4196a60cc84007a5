// Clients and what is kept of them as JSON: what comes in is parsed with all its faults at once.
#pragma once

#include "clients/service.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace clients {

using Json = core::json::Value;

core::Result<Registration> read_registration(const core::json::Value& document);
// `patch` applied as RFC 7396 says; what the server owns is refused by name.
core::Result<Profile> patched(const Profile& before, const core::json::Value& patch);
core::Result<AddressDraft> read_address_draft(const core::json::Value& document);
core::Result<AddressDraft> patched(const AddressDraft& before, const core::json::Value& patch);
core::Result<ConsentDraft> read_consent_draft(const core::json::Value& document);
core::Result<Passwords> read_passwords(const core::json::Value& document);
// {"email"}
core::Result<std::string> read_only_email(const core::json::Value& document);
// {"erasures":[…]}, which may be left out.
core::Result<std::vector<Erasure>> read_erasures(const core::json::Value& document);

Json to_json(const Client& client);
Json to_json(const KeptAddress& address);
Json to_json(const Consent& consent);
Json to_json(const PasswordChange& change);
Json to_json(const Erasure& erasure);
Json to_json(const PersonalData& data);

}  // namespace clients
