// What every change of a client begins and ends with.
#pragma once

#include <string>
#include <vector>

#include "clients/service.hpp"

namespace clients {

core::Error no_client(const ClientId& id);

// Locked until the transaction ends. `not_found`, or `conflict` when it was erased.
core::Result<Client> lock_active_client(postgres::Transaction& tx, const ClientId& id);

// The client at its new version, which is told as client.changed.
Client bump_version(Step step, const ClientId& id, const std::vector<std::string>& fields);

}  // namespace clients
