// What machines are told: to produce for an order, and to send again what is missing. mqtt-bridge fetches it.
#pragma once

#include <string>
#include <vector>

#include "contracts/machine_message.hpp"
#include "postgres/database.hpp"

namespace catalog {

class Commands {
public:
    explicit Commands(postgres::Database& db) : db_(db) {}

    // Notes what was published, finds out what is due by now – gaps nobody filled, work orders a machine can
    // be found for – and answers what is to be published for machines below the request's scopes.
    std::vector<contracts::MachineCommand> exchange(const contracts::CommandRequest& request);

    // Commands long published.
    void forget_old();

private:
    postgres::Database& db_;
};

}  // namespace catalog
