#include "clients/active_client.hpp"
#include "clients/event_publisher.hpp"

namespace clients {
namespace {

using core::Result;
using postgres::Transaction;

// Tells it in any case: those who know of it already do nothing.
void erase_locked(Step step, const Client& client) {
    if (!client.erased_at) {
        store::delete_answers(step.tx, client);
        store::delete_addresses(step.tx, client.id);
        store::erase_consent_sources(step.tx, client.id);
        store::erase(step.tx, client.id);
        store::erase_published(step.tx, client.id);
    } else {
        store::touch(step.tx, client.id);
    }
    news::erased(step.tx, client, store::find(step.tx, client.id)->version, step.trace);
}

void erase_again(Step step, const ClientId& id) {
    if (!store::find_for_update(step.tx, id)) store::insert_erased(step.tx, id);
    erase_locked(step, *store::find_for_update(step.tx, id));
}

}  // namespace

Result<PersonalData> Service::personal_data(const ClientId& id) {
    return db_.transact([&](Transaction& tx) -> Result<PersonalData> {
        store::read_only(tx);
        auto client = store::find(tx, id);
        if (!client) return no_client(id);
        return PersonalData{.client = *std::move(client),
                            .addresses = store::list_addresses(tx, id),
                            .consents = store::all_consents(tx, id),
                            .password_changes = store::all_password_changes(tx, id)};
    });
}

Result<Client> Service::erase(Step step, const ClientId& id) {
    const auto client = store::find_for_update(step.tx, id);
    if (!client) return no_client(id);
    if (client->erased_at) return *client;
    erase_locked(step, *client);
    auto erased = *store::find(step.tx, id);
    store::note_erasures(step.tx, {{id, *erased.erased_at}});
    return erased;
}

std::vector<Erasure> Service::list_erasures(const rest::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_erasures(tx, page); });
}

std::int64_t Service::replay_erasures(const std::vector<Erasure>& kept_elsewhere,
                                      const telemetry::Trace& trace) {
    if (!kept_elsewhere.empty())
        db_.transact([&](Transaction& tx) { store::note_erasures(tx, kept_elsewhere); });
    std::int64_t count = 0;
    for (rest::Page page{.limit = 100, .starting_after = ""};;) {
        auto some = list_erasures(page);
        const bool more = some.size() > static_cast<std::size_t>(page.limit);
        if (more) some.pop_back();
        db_.transact([&](Transaction& tx) {
            for (const auto& erasure : some) erase_again({tx, trace}, erasure.client_id);
        });
        count += static_cast<std::int64_t>(some.size());
        if (!more) return count;
        page.starting_after = some.back().client_id.value();
    }
}

}  // namespace clients
