// Every SQL statement of the commands for machines.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "contracts/machine_message.hpp"
#include "core/id.hpp"
#include "postgres/database.hpp"

namespace catalog::store {

using postgres::Transaction;
using CommandId = core::Id<"cmd">;

struct NewCommand {
    CommandId id;
    std::string machine;
    std::string_view type;  // produce, resend
    std::string payload;
};
void insert_commands(Transaction& tx, std::span<const NewCommand> commands);
// Due for machines whose topic begins with one of the scopes.
std::vector<contracts::MachineCommand> due_commands(Transaction& tx, const std::vector<std::string>& scopes,
                                                    int most);
void mark_published(Transaction& tx, const std::vector<std::string>& ids);
void forget_published_commands(Transaction& tx);

struct DueGap {
    std::string machine;
    std::int64_t boot;
    std::int64_t from;
    std::int64_t to;
};
// Open gaps of machines in the scopes it is time to ask for, again; each time it is longer until the next.
std::vector<DueGap> ask_for_gaps(Transaction& tx, const std::vector<std::string>& scopes, int most);

}  // namespace catalog::store
