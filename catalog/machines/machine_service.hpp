// What can be done with machines: register and change them, look at their gaps and history.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "catalog/machines/machine.hpp"
#include "catalog/machines/machine_store.hpp"
#include "core/result.hpp"
#include "postgres/database.hpp"
#include "rest/etag.hpp"
#include "rest/page.hpp"

namespace catalog {

class Machines {
public:
    explicit Machines(postgres::Database& db) : db_(db) {}

    // A step of `once`. `conflict` when the name is taken.
    core::Result<Machine> create(postgres::Transaction& tx, const MachineDraft& draft);
    core::Result<Machine> find(const std::string& name);
    std::vector<Machine> list(const store::MachineFilter& filter, const rest::Page& page);
    using Edit = std::function<core::Result<MachineDraft>(const MachineDraft& before)>;
    core::Result<Machine> change(const std::string& name, const rest::VersionTest& expected,
                                 const Edit& edit);

    core::Result<std::vector<MachineGap>> gaps(const std::string& name, std::optional<GapState> state,
                                               const rest::Page& page);
    // Nobody waits for what is missing any more. Doing so again is fine.
    core::Result<MachineGap> abandon(const std::string& name, const GapId& gap);
    core::Result<std::vector<PastEvent>> events(const std::string& name, const store::EventFilter& filter);

private:
    postgres::Database& db_;
};

}  // namespace catalog
