#include "clients/event_handlers.hpp"

#include "clients/active_client.hpp"
#include "contracts/user_event.hpp"

namespace clients {
namespace {

using core::Result;
using postgres::Transaction;

constexpr auto kIdWanted = "must be an id";

Result<void> email_verified(Transaction& tx, const events::Event& event) {
    const auto proof = contracts::user_email_verified_from_json(event.data);
    if (!proof) return proof.error();
    const auto id = ClientId::parse(proof->client_id);
    if (!id) return core::invalid("data.client_id", kIdWanted);
    const auto client = store::find_for_update(tx, *id);
    if (!client || client->erased_at) return {};
    const bool is_pending = client->pending_email && is_same_email(*client->pending_email, proof->email);
    const bool is_current = is_same_email(client->email, proof->email);
    if (!is_pending && (!is_current || client->email_verified_at)) return {};  // about an address it had
    if (is_pending && !is_current && store::is_email_taken(tx, proof->email)) {
        store::save_pending_email(tx, client->id, std::nullopt);
    } else {
        store::save_verified_email(tx, client->id, is_pending ? *client->pending_email : client->email);
    }
    bump_version({tx, telemetry::Trace::continue_from(event.traceparent)}, client->id,
                 {"email", "email_verified_at", "pending_email"});
    return {};
}

// A change that is not known, as after an older copy was restored, has nobody who waits for it.
Result<void> password_settled(Transaction& tx, const events::Event& event) {
    const auto settled = contracts::user_password_settled_from_json(event.data);
    if (!settled) return settled.error();
    const auto client_id = ClientId::parse(settled->client_id);
    const auto change_id = PasswordChangeId::parse(settled->change_id);
    std::vector<core::FieldError> errors;
    if (!client_id) errors.push_back({"data.client_id", kIdWanted});
    if (!change_id) errors.push_back({"data.change_id", kIdWanted});
    if (!errors.empty()) return core::invalid(std::move(errors));
    std::optional<std::string> reason;
    if (!settled->applied) reason = settled->reason.empty() ? "refused" : settled->reason;
    store::settle_password_change(
        tx, *client_id, *change_id,
        settled->applied ? PasswordChangeStatus::applied : PasswordChangeStatus::refused, reason);
    return {};
}

}  // namespace

void register_handlers(events::Inbox& inbox) {
    inbox.on("user.email_verified", email_verified);
    inbox.on("user.password_settled", password_settled);
}

}  // namespace clients
