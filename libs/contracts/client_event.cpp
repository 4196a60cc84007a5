#include "contracts/client_event.hpp"

#include "contracts/payload.hpp"

namespace contracts {
namespace {

using core::json::ObjectReader;
using core::json::Value;

constexpr auto kPath = "data";
constexpr core::json::Length kId{1, 64};
constexpr core::json::Length kEmail{1, 254};
constexpr core::json::Length kName{0, 200};
constexpr core::json::Length kLocale{0, 64};
constexpr core::json::Length kSealed{0, 65'536};
constexpr std::size_t kMaxFields = 100;

// Null says that there is no password; a missing member says nothing, so it is refused.
std::optional<std::string> read_sealed_password(ObjectReader& reader, const Value& document) {
    if (!document.contains("sealed_password")) reader.fault("sealed_password", "is required");
    return reader.optional_text("sealed_password", kSealed);
}

}  // namespace

std::string to_json(const ClientRegistered& event) {
    const auto& verified_at = event.email_verified_at;
    return Value{{"client_id", event.client_id},
                 {"email", event.email},
                 {"name", event.name},
                 {"locale", event.locale},
                 {"email_verified_at", verified_at ? Value(core::to_rfc3339(*verified_at)) : Value()},
                 {"sealed_password", event.sealed_password ? Value(*event.sealed_password) : Value()}}
        .dump();
}

core::Result<ClientRegistered> client_registered_from_json(std::string_view text) {
    const auto document = core::json::parse_object(text);
    if (!document) return document.error();
    return read_payload(text, kPath, [&](ObjectReader& reader) {
        ClientRegistered event{.client_id = reader.text("client_id", kId),
                               .email = reader.text("email", kEmail),
                               .name = reader.text("name", kName),
                               .locale = reader.text("locale", kLocale),
                               .email_verified_at = {},
                               .sealed_password = read_sealed_password(reader, *document)};
        if (const auto verified_at = reader.optional_text("email_verified_at", {0, 40}))
            event.email_verified_at = core::parse_rfc3339(*verified_at);
        return event;
    });
}

std::string to_json(const ClientChanged& event) {
    return Value{{"client_id", event.client_id}, {"fields", event.fields}}.dump();
}

core::Result<ClientChanged> client_changed_from_json(std::string_view text) {
    return read_payload(text, kPath, [](ObjectReader& reader) {
        return ClientChanged{reader.text("client_id", kId), reader.texts("fields", kMaxFields, {1, 64})};
    });
}

std::string to_json(const ClientEmailChanged& event) {
    return Value{{"client_id", event.client_id}, {"email", event.email}}.dump();
}

core::Result<ClientEmailChanged> client_email_changed_from_json(std::string_view text) {
    return read_payload(text, kPath, [](ObjectReader& reader) {
        return ClientEmailChanged{reader.text("client_id", kId), reader.text("email", kEmail)};
    });
}

std::string to_json(const ClientPasswordChanged& event) {
    return Value{{"client_id", event.client_id}, {"change_id", event.change_id}, {"sealed", event.sealed}}
        .dump();
}

core::Result<ClientPasswordChanged> client_password_changed_from_json(std::string_view text) {
    return read_payload(text, kPath, [](ObjectReader& reader) {
        return ClientPasswordChanged{reader.text("client_id", kId), reader.text("change_id", kId),
                                     reader.text("sealed", kSealed)};
    });
}

std::string to_json(const ClientErased& event) {
    return Value{
        {"client_id", event.client_id}, {"email", event.email}, {"email_verified", event.email_verified}}
        .dump();
}

core::Result<ClientErased> client_erased_from_json(std::string_view text) {
    return read_payload(text, kPath, [](ObjectReader& reader) {
        return ClientErased{.client_id = reader.text("client_id", kId),
                            .email = reader.optional_text("email", {0, 254}).value_or(""),
                            .email_verified = reader.boolean("email_verified", false)};
    });
}

}  // namespace contracts
