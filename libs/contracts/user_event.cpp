#include "contracts/user_event.hpp"

#include "contracts/payload.hpp"
#include "core/address_json.hpp"

namespace contracts {
namespace {

using core::json::ObjectReader;
using core::json::Value;

constexpr auto kPath = "data";
constexpr core::json::Length kId{1, 64};
constexpr auto kApplied = "applied";
constexpr auto kRefused = "refused";

}  // namespace

std::string to_json(const UserEmailVerified& event) {
    return Value{{"client_id", event.client_id}, {"email", event.email}}.dump();
}

core::Result<UserEmailVerified> user_email_verified_from_json(std::string_view text) {
    return read_payload(text, kPath, [](ObjectReader& reader) {
        return UserEmailVerified{reader.text("client_id", kId), core::read_email(reader, "email")};
    });
}

std::string to_json(const UserPasswordSettled& event) {
    return Value{{"client_id", event.client_id},
                 {"change_id", event.change_id},
                 {"outcome", event.applied ? kApplied : kRefused},
                 {"reason", event.reason}}
        .dump();
}

core::Result<UserPasswordSettled> user_password_settled_from_json(std::string_view text) {
    return read_payload(text, kPath, [](ObjectReader& reader) {
        const auto outcome = reader.text("outcome", kId);
        if (outcome != kApplied && outcome != kRefused) reader.fault("outcome", "must be applied or refused");
        return UserPasswordSettled{.client_id = reader.text("client_id", kId),
                                   .change_id = reader.text("change_id", kId),
                                   .applied = outcome == kApplied,
                                   .reason = reader.optional_text("reason", {0, 500}).value_or("")};
    });
}

}  // namespace contracts
