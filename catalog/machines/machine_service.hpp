// What can be done with machines: register and change them, look at their gaps and history.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rest/etag.hpp"
#include "rest/page.hpp"
#include "postgres/database.hpp"
#include "core/result.hpp"
#include "catalog/machines/machine.hpp"
#include "catalog/machines/machine_store.hpp"

namespace catalog {

class Machines {
public:
    explicit Machines(base::pg::Database& db) : db_(db) {}

    // A step of `base::once`. `conflict` when the name is taken.
    base::Result<Machine> create(base::pg::Transaction& tx, const MachineDraft& draft);
    base::Result<Machine> find(const std::string& name);
    std::vector<Machine> list(const store::MachineFilter& filter, const base::Page& page);
    using Edit = std::function<base::Result<MachineDraft>(const MachineDraft& before)>;
    base::Result<Machine> change(const std::string& name, const base::VersionTest& expected,
                                 const Edit& edit);

    base::Result<std::vector<MachineGap>> gaps(const std::string& name, std::optional<GapState> state,
                                               const base::Page& page);
    // Nobody waits for what is missing any more. Doing so again is fine.
    base::Result<MachineGap> give_up(const std::string& name, const GapId& gap);
    base::Result<std::vector<PastEvent>> events(const std::string& name, const store::EventFilter& filter);

private:
    base::pg::Database& db_;
};

}  // namespace catalog
