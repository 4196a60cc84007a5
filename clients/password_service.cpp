#include "core/json.hpp"

#include "clients/active_client.hpp"
#include "clients/event_publisher.hpp"
#include "security/sealed_box.hpp"

namespace clients {
namespace {

using core::Result;
using postgres::Transaction;

core::Error no_change(const PasswordChangeId& id) {
    return core::not_found("no password change " + id.value() + " of this client");
}

std::string sealed(const std::string& key, const Passwords& passwords) {
    const core::json::Value text{{"old", passwords.before.reveal()}, {"new", passwords.after.reveal()}};
    return security::sealed_box::seal(key, text.dump());
}

}  // namespace

Result<PasswordChange> Service::change_password(Step step, const ClientId& id, const Passwords& passwords) {
    const auto client = lock_active_client(step.tx, id);
    if (!client) return client.error();
    if (const auto fault = password_fault(passwords.after.reveal(), client->email))
        return core::invalid("new_password", *fault);
    if (store::has_pending_password_change(step.tx, id))
        return core::conflict("another change of this password is not settled yet");
    const auto change = PasswordChangeId::make();
    store::insert_password_change(step.tx, id, change);
    store::touch(step.tx, id);
    news::password_changed(step.tx, *store::find(step.tx, id), change, sealed(seal_key_, passwords),
                           step.trace);
    return *store::find_password_change(step.tx, id, change);
}

Result<PasswordChange> Service::find_password_change(const ClientId& id, const PasswordChangeId& change) {
    return db_.single([&](Transaction& tx) -> Result<PasswordChange> {
        auto found = store::find_password_change(tx, id, change);
        if (!found) return no_change(change);
        return *std::move(found);
    });
}

}  // namespace clients
