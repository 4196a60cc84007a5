#include "clients/service.hpp"

#include "clients/active_client.hpp"
#include "clients/event_publisher.hpp"
#include "security/sealed_box.hpp"

namespace clients {
namespace {

using core::Result;
using postgres::Transaction;

std::vector<std::string> changed_fields(const Profile& before, const Profile& after) {
    std::vector<std::string> fields;
    if (before.name != after.name) fields.emplace_back("name");
    if (before.locale != after.locale) fields.emplace_back("locale");
    if (before.phone != after.phone) fields.emplace_back("phone");
    return fields;
}

// Nothing when the address is taken.
std::optional<Client> insert(Step step, const Registration& registration, const std::string& sealed) {
    const auto id = ClientId::make();
    if (!store::insert(step.tx, id, registration)) return {};
    auto client = store::find(step.tx, id);
    news::registered(step.tx, *client, sealed, step.trace);
    return client;
}

void remind(Step step, const std::string& email) {
    const auto owner = store::find_by_email_for_update(step.tx, email);
    if (owner && store::may_remind(step.tx, owner->id)) news::already_registered(step.tx, *owner, step.trace);
}

}  // namespace

Result<Client> lock_active_client(Transaction& tx, const ClientId& id) {
    auto client = store::find_for_update(tx, id);
    if (!client) return no_client(id);
    if (client->erased_at) return core::conflict("this client was erased");
    return *std::move(client);
}

core::Error no_client(const ClientId& id) {
    return core::not_found("no client " + id.value());
}

Client bump_version(Step step, const ClientId& id, const std::vector<std::string>& fields) {
    auto client = *store::find(step.tx, id);
    news::changed(step.tx, client, fields, step.trace);
    return client;
}

void Service::sign_up(Step step, const Registration& registration) {
    const auto sealed = security::sealed_box::seal(seal_key_, registration.password.reveal());
    if (!insert(step, registration, sealed)) remind(step, registration.email);
}

Result<Client> Service::create(Step step, const Registration& registration) {
    const auto sealed = security::sealed_box::seal(seal_key_, registration.password.reveal());
    auto client = insert(step, registration, sealed);
    if (!client) return core::conflict("the e-mail address is another client's");
    return *std::move(client);
}

std::int64_t Service::resend_registrations(core::Time since, const telemetry::Trace& trace) {
    constexpr int kAtOnce = 100;
    std::int64_t count = 0;
    for (std::string last;;) {
        const auto told = db_.transact([&](Transaction& tx) {
            auto some = store::new_logins_since(tx, since, last, kAtOnce);
            for (const auto& client : some) news::registered(tx, client, {}, trace);
            return some;
        });
        count += static_cast<std::int64_t>(told.size());
        if (told.size() < kAtOnce) return count;
        last = told.back().id.value();
    }
}

Result<Client> Service::find(const ClientId& id) {
    return db_.single([&](Transaction& tx) -> Result<Client> {
        auto client = store::find(tx, id);
        if (!client) return no_client(id);
        return *std::move(client);
    });
}

std::vector<Client> Service::list(const Filter& filter, const rest::Page& page) {
    return db_.transact([&](Transaction& tx) { return store::list(tx, filter, page); });
}

Result<Client> Service::change(const ClientId& id, const rest::VersionTest& expected, const Edit& edit,
                               const telemetry::Trace& trace) {
    return db_.transact([&](Transaction& tx) -> Result<Client> {
        const auto before = lock_active_client(tx, id);
        if (!before) return before.error();
        if (expected && !expected(before->version)) return rest::outdated();
        const auto after = edit(before->profile);
        if (!after) return after.error();
        if (*after == before->profile) return *before;
        store::save_profile(tx, id, *after);
        return bump_version({tx, trace}, id, changed_fields(before->profile, *after));
    });
}

Result<Client> Service::change_email(const ClientId& id, const std::string& email,
                                     const telemetry::Trace& trace) {
    return db_.transact([&](Transaction& tx) -> Result<Client> {
        const auto before = lock_active_client(tx, id);
        if (!before) return before.error();
        if (is_same_email(before->email, email)) {
            if (!before->pending_email) return *before;
            store::save_pending_email(tx, id, std::nullopt);
            auto after = bump_version({tx, trace}, id, {"pending_email"});
            news::email_changed(tx, after, after.email, trace);
            return after;
        }
        store::save_pending_email(tx, id, email);
        const auto after = *store::find(tx, id);
        news::email_change_requested(tx, after, trace);
        // Nobody learns here that an address is another's: that one's owner does. `auth` goes on with the
        // address there is, lest it waits for an earlier one.
        const bool taken = store::is_email_taken(tx, email);
        if (taken) remind({tx, trace}, email);
        if (!taken || before->pending_email)
            news::email_changed(tx, after, taken ? after.email : email, trace);
        return after;
    });
}

}  // namespace clients
