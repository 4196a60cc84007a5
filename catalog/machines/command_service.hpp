// What machines are told: to produce for an order, and to send again what is missing. mqtt-bridge fetches it.
#pragma once

#include <string>
#include <vector>

#include "contracts/machine_message.hpp"
#include "postgres/database.hpp"

namespace catalog {

class Commands {
public:
    explicit Commands(base::pg::Database& db) : db_(db) {}

    // Notes what was published, finds out what is due by now – gaps nobody filled, work orders a machine can
    // be found for – and answers what is to be published for machines below the request's scopes.
    std::vector<base::MachineCommand> exchange(const base::CommandRequest& request);

    // Commands long published.
    void forget_old();

private:
    base::pg::Database& db_;
};

}  // namespace catalog
