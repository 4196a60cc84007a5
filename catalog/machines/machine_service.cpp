#include "catalog/machines/machine_service.hpp"

namespace catalog {
namespace {

using core::Result;
using store::Transaction;

core::Error no_machine(const std::string& name) {
    return core::not_found("no machine " + name);
}

Result<Machine> load(Transaction& tx, const std::string& name) {
    if (auto machine = store::find_machine(tx, name)) return *std::move(machine);
    return no_machine(name);
}

std::optional<core::Error> refuse_unknown_parts(Transaction& tx, const MachineDraft& draft) {
    std::vector<core::FieldError> faults;
    for (const auto& part : store::unknown_parts(tx, draft.makes))
        faults.push_back({"makes", "there is no part " + part});
    if (faults.empty()) return {};
    return core::invalid(std::move(faults));
}

}  // namespace

Result<Machine> Machines::create(Transaction& tx, const MachineDraft& draft) {
    if (auto refusal = refuse_unknown_parts(tx, draft)) return *refusal;
    if (!store::insert_machine(tx, draft))
        return core::conflict("there is a machine " + draft.name + " already");
    return load(tx, draft.name);
}

Result<Machine> Machines::find(const std::string& name) {
    return db_.single([&](Transaction& tx) { return load(tx, name); });
}

std::vector<Machine> Machines::list(const store::MachineFilter& filter, const rest::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_machines(tx, filter, page); });
}

Result<Machine> Machines::change(const std::string& name, const rest::VersionTest& expected,
                                 const Edit& edit) {
    return db_.transact([&](Transaction& tx) -> Result<Machine> {
        const auto before = store::find_machine_for_update(tx, name);
        if (!before) return no_machine(name);
        if (expected && !expected(before->version)) return rest::outdated();
        const auto draft = edit(before->draft);
        if (!draft) return draft.error();
        if (*draft == before->draft) return *before;
        if (auto refusal = refuse_unknown_parts(tx, *draft)) return *refusal;
        store::save_machine(tx, *draft);
        return load(tx, name);
    });
}

Result<std::vector<MachineGap>> Machines::gaps(const std::string& name, std::optional<GapState> state,
                                               const rest::Page& page) {
    return db_.transact([&](Transaction& tx) -> Result<std::vector<MachineGap>> {
        if (const auto machine = load(tx, name); !machine) return machine.error();
        return store::list_gaps(tx, name, state, page);
    });
}

Result<MachineGap> Machines::abandon(const std::string& name, const GapId& gap) {
    return db_.transact([&](Transaction& tx) -> Result<MachineGap> {
        // Messages that fill it lock the machine, too.
        if (!store::find_machine_for_update(tx, name)) return no_machine(name);
        store::give_up_gap(tx, name, gap);
        const auto found = store::find_gap(tx, name, gap);
        if (!found) return core::not_found("no gap " + gap.value() + " of this machine");
        if (found->state == GapState::filled) return core::conflict("the gap is filled");
        return *found;
    });
}

Result<std::vector<PastEvent>> Machines::events(const std::string& name, const store::EventFilter& filter) {
    return db_.transact([&](Transaction& tx) -> Result<std::vector<PastEvent>> {
        if (const auto machine = load(tx, name); !machine) return machine.error();
        return store::list_events(tx, name, filter);
    });
}

}  // namespace catalog
