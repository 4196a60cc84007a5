#include "clients/active_client.hpp"

namespace clients {
namespace {

using core::Result;
using postgres::Transaction;

core::Error no_address(const AddressId& id) {
    return core::not_found("no address " + id.value() + " of this client");
}

Result<KeptAddress> load(Transaction& tx, const ClientId& id, const AddressId& address) {
    auto kept = store::find_address(tx, id, address);
    if (!kept) return no_address(address);
    return *std::move(kept);
}

void publish_changed(Step step, const ClientId& id) {
    store::touch(step.tx, id);
    bump_version(step, id, {"addresses"});
}

// The address as it stands, its client locked.
Result<KeptAddress> lock(Transaction& tx, const ClientId& id, const AddressId& address,
                         const rest::VersionTest& expected) {
    const auto client = lock_active_client(tx, id);
    if (!client) return client.error();
    auto kept = load(tx, id, address);
    if (kept && expected && !expected(kept->version)) return rest::outdated();
    return kept;
}

}  // namespace

Result<std::vector<KeptAddress>> Service::list_addresses(const ClientId& id) {
    return db_.transact([&](Transaction& tx) -> Result<std::vector<KeptAddress>> {
        if (!store::find(tx, id)) return no_client(id);
        return store::list_addresses(tx, id);
    });
}

Result<KeptAddress> Service::find_address(const ClientId& id, const AddressId& address) {
    return db_.single([&](Transaction& tx) { return load(tx, id, address); });
}

Result<KeptAddress> Service::add_address(Step step, const ClientId& id, const AddressDraft& draft) {
    const auto client = lock_active_client(step.tx, id);
    if (!client) return client.error();
    if (store::list_addresses(step.tx, id).size() >= kMaxAddresses)
        return core::conflict("a client keeps at most " + std::to_string(kMaxAddresses) + " addresses");
    const auto address = AddressId::make();
    store::yield_defaults(step.tx, id, address, draft);
    store::insert_address(step.tx, id, address, draft);
    publish_changed(step, id);
    return load(step.tx, id, address);
}

Result<KeptAddress> Service::change_address(const ClientId& id, const AddressId& address,
                                            const rest::VersionTest& expected, const AddressEdit& edit,
                                            const telemetry::Trace& trace) {
    return db_.transact([&](Transaction& tx) -> Result<KeptAddress> {
        const auto before = lock(tx, id, address, expected);
        if (!before) return before.error();
        const auto after = edit(before->draft);
        if (!after) return after.error();
        if (*after == before->draft) return *before;
        store::yield_defaults(tx, id, address, *after);
        store::save_address(tx, address, *after);
        publish_changed({tx, trace}, id);
        return load(tx, id, address);
    });
}

Result<void> Service::remove_address(const ClientId& id, const AddressId& address,
                                     const rest::VersionTest& expected, const telemetry::Trace& trace) {
    return db_.transact([&](Transaction& tx) -> Result<void> {
        const auto before = lock(tx, id, address, expected);
        if (!before) return before.error();
        store::delete_address(tx, address);
        publish_changed({tx, trace}, id);
        return {};
    });
}

}  // namespace clients
