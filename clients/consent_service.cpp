#include "clients/active_client.hpp"

namespace clients {

using core::Result;
using postgres::Transaction;

Result<Consent> Service::consent(Step step, const ClientId& id, const ConsentDraft& draft) {
    const auto client = lock_active_client(step.tx, id);
    if (!client) return client.error();
    const auto consent = ConsentId::make();
    store::insert_consent(step.tx, id, consent, draft);
    store::touch(step.tx, id);
    bump_version(step, id, {"consents"});
    return *store::find_consent(step.tx, consent);
}

Result<std::vector<Consent>> Service::list_consents(const ClientId& id,
                                                    const std::optional<std::string>& purpose,
                                                    const rest::Page& page) {
    return db_.transact([&](Transaction& tx) -> Result<std::vector<Consent>> {
        if (!store::find(tx, id)) return no_client(id);
        return store::list_consents(tx, id, purpose, page);
    });
}

}  // namespace clients
