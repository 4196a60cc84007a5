#include "clients/client_json.hpp"

#include "core/address_json.hpp"
#include "core/json_reader.hpp"
#include "rest/resource.hpp"

namespace clients {
namespace {

using core::FieldError;
using core::Result;
using core::json::ObjectReader;
using core::json::Value;

constexpr core::json::Length kName{1, 200};
constexpr core::json::Length kShort{1, 64};
constexpr core::json::Length kSource{1, 200};
constexpr auto kLocale = "en";
constexpr std::size_t kMaxErasures = 10'000;

// Passwords are any text: a check for printable ones would only say what is in them.
std::string read_password(ObjectReader& reader, const Value& document, std::string_view name) {
    if (!reader.has(name)) {
        reader.fault(name, "is required");
        return {};
    }
    const auto& value = document[std::string{name}];
    if (!value.is_string()) reader.fault(name, "must be text");
    return value.is_string() ? value.get<std::string>() : std::string{};
}

// A new one; its faults are said.
core::Secret read_new_password(ObjectReader& reader, const Value& document, std::string_view name,
                               std::string_view email) {
    auto password = read_password(reader, document, name);
    if (document.contains(name) && document[std::string{name}].is_string()) {
        if (auto fault = password_fault(password, email)) reader.fault(name, *std::move(fault));
    }
    return core::Secret{std::move(password)};
}

Profile read_profile(ObjectReader& reader) {
    Profile profile{.name = reader.text("name", kName),
                    .locale = reader.optional_text("locale", kShort).value_or(kLocale),
                    .phone = reader.optional_text("phone", kShort)};
    if (!profile.locale.empty() && !is_locale(profile.locale)) reader.fault("locale", kLocaleWanted);
    if (profile.phone && !profile.phone->empty() && !is_phone(*profile.phone))
        reader.fault("phone", kPhoneWanted);
    return profile;
}

Json to_json(const Profile& profile) {
    return {{"name", profile.name}, {"locale", profile.locale}, {"phone", rest::or_null(profile.phone)}};
}

Json to_json(const AddressDraft& draft) {
    auto json = core::to_json(draft.address);
    json["default_shipping"] = draft.default_shipping;
    json["default_billing"] = draft.default_billing;
    return json;
}

// Says of what a patch names but may not change who changes it.
void refuse_names(const Value& patch, std::initializer_list<std::pair<const char*, const char*>> names,
                  std::vector<FieldError>& errors) {
    for (const auto& [name, detail] : names) {
        if (patch.contains(name)) errors.push_back({name, detail});
    }
}
constexpr auto kByServer = "is set by the server";

template <class Items>
Json list(const Items& items) {
    auto json = Json::array();
    for (const auto& item : items) json.push_back(to_json(item));
    return json;
}

template <class Id>
Id read_id(ObjectReader& reader, std::string_view name) {
    const auto id = Id::parse(reader.text(name, kShort));
    if (!id) reader.fault(name, "must be an id");
    return id ? *id : Id::trusted("");
}

}  // namespace

Result<Registration> read_registration(const Value& document) {
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    auto email = core::read_email(reader, "email");
    auto password = read_new_password(reader, document, "password", email);
    auto profile = read_profile(reader);
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return Registration{std::move(email), std::move(profile), std::move(password)};
}

Result<Profile> patched(const Profile& before, const Value& patch) {
    constexpr auto kByEmail = "is changed by POST …/email";
    std::vector<FieldError> errors;
    refuse_names(patch,
                 {{"id", kByServer},
                  {"email", kByEmail},
                  {"pending_email", kByEmail},
                  {"email_verified_at", kByServer},
                  {"password", "is changed by POST …/password"},
                  {"created_at", kByServer},
                  {"updated_at", kByServer},
                  {"erased_at", kByServer}},
                 errors);
    if (!errors.empty()) return core::invalid(std::move(errors));
    Value document = to_json(before);
    document.merge_patch(patch);
    ObjectReader reader{document, "", errors};
    auto profile = read_profile(reader);
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return profile;
}

Result<AddressDraft> read_address_draft(const Value& document) {
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    AddressDraft draft{.address = core::read_address_members(reader),
                       .default_shipping = reader.boolean("default_shipping", false),
                       .default_billing = reader.boolean("default_billing", false)};
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return draft;
}

Result<AddressDraft> patched(const AddressDraft& before, const Value& patch) {
    std::vector<FieldError> errors;
    refuse_names(patch, {{"id", kByServer}, {"created_at", kByServer}, {"updated_at", kByServer}}, errors);
    if (!errors.empty()) return core::invalid(std::move(errors));
    Value document = to_json(before);
    document.merge_patch(patch);
    return read_address_draft(document);
}

Result<ConsentDraft> read_consent_draft(const Value& document) {
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    if (!reader.has("granted")) reader.fault("granted", "is required");
    ConsentDraft draft{.purpose = reader.text("purpose", kShort),
                       .granted = reader.boolean("granted", false),
                       .policy_version = reader.text("policy_version", kShort),
                       .source = reader.text("source", kSource)};
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return draft;
}

Result<Passwords> read_passwords(const Value& document) {
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    core::Secret before{read_password(reader, document, "old_password")};
    auto after = read_new_password(reader, document, "new_password", "");
    reader.refuse_unknown();
    if (before.reveal().size() > kMaxPasswordBytes)
        reader.fault("old_password", "must have at most 256 bytes");
    if (errors.empty() && before.matches(after.reveal()))
        reader.fault("new_password", "must not be the old one");
    if (!errors.empty()) return core::invalid(std::move(errors));
    return Passwords{std::move(before), std::move(after)};
}

Result<std::string> read_only_email(const Value& document) {
    std::vector<FieldError> errors;
    ObjectReader reader{document, "", errors};
    auto email = core::read_email(reader, "email");
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return email;
}

Result<std::vector<Erasure>> read_erasures(const Value& document) {
    std::vector<FieldError> errors;
    std::vector<Erasure> erasures;
    ObjectReader reader{document, "", errors};
    if (reader.has("erasures")) {
        for (auto& entry : reader.objects("erasures", 0, kMaxErasures)) {
            auto id = read_id<ClientId>(entry, "client_id");
            const auto time = core::parse_rfc3339(entry.text("erased_at", kShort));
            if (!time) entry.fault("erased_at", "must be an RFC 3339 time, such as 2026-11-21T05:47:52Z");
            entry.refuse_unknown();
            erasures.push_back({std::move(id), time.value_or(core::Time{})});
        }
    }
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return erasures;
}

Json to_json(const Client& client) {
    Json json{{"id", client.id.value()},
              {"email", client.erased_at ? Json() : Json(client.email)},
              {"pending_email", rest::or_null(client.pending_email)},
              {"email_verified_at", rest::or_null(client.email_verified_at)}};
    json.update(to_json(client.profile));
    json["created_at"] = core::to_rfc3339(client.created_at);
    json["updated_at"] = core::to_rfc3339(client.updated_at);
    json["erased_at"] = rest::or_null(client.erased_at);
    return json;
}

Json to_json(const KeptAddress& address) {
    Json json{{"id", address.id.value()}};
    json.update(to_json(address.draft));
    json["created_at"] = core::to_rfc3339(address.created_at);
    json["updated_at"] = core::to_rfc3339(address.updated_at);
    return json;
}

Json to_json(const Consent& consent) {
    return {{"id", consent.id.value()},         {"purpose", consent.draft.purpose},
            {"granted", consent.draft.granted}, {"policy_version", consent.draft.policy_version},
            {"source", consent.draft.source},   {"at", core::to_rfc3339(consent.at)}};
}

Json to_json(const PasswordChange& change) {
    return {{"id", change.id.value()},
            {"status", std::string{core::name_of(kPasswordChangeStatuses, change.status)}},
            {"reason", rest::or_null(change.reason)},
            {"created_at", core::to_rfc3339(change.created_at)},
            {"settled_at", rest::or_null(change.settled_at)}};
}

Json to_json(const Erasure& erasure) {
    return {{"client_id", erasure.client_id.value()}, {"erased_at", core::to_rfc3339(erasure.erased_at)}};
}

Json to_json(const PersonalData& data) {
    return {{"client", to_json(data.client)},
            {"addresses", list(data.addresses)},
            {"consents", list(data.consents)},
            {"password_changes", list(data.password_changes)}};
}

}  // namespace clients
