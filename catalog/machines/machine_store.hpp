// Every SQL statement of machines, their gaps and their history; what lists of messages do to them is in
// intake_store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/machines/machine.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog::store {

using postgres::Transaction;

// False when the name is taken.
bool insert_machine(Transaction& tx, const MachineDraft& draft);
std::optional<Machine> find_machine(Transaction& tx, const std::string& name);
std::optional<Machine> find_machine_for_update(Transaction& tx, const std::string& name);
void save_machine(Transaction& tx, const MachineDraft& draft);
// Parts of `numbers` that the catalog does not have.
std::vector<std::string> unknown_parts(Transaction& tx, const std::vector<std::string>& numbers);

struct MachineFilter {
    std::optional<std::string> site;
    std::optional<std::string> area;
    std::optional<std::string> line;
    std::optional<std::string> state;
};
// By name.
std::vector<Machine> list_machines(Transaction& tx, const MachineFilter& filter, const rest::Page& page);

// Newest first.
std::vector<MachineGap> list_gaps(Transaction& tx, const std::string& machine, std::optional<GapState> state,
                                  const rest::Page& page);
// Nothing when the machine has no such gap that is open.
bool give_up_gap(Transaction& tx, const std::string& machine, const GapId& id);
std::optional<MachineGap> find_gap(Transaction& tx, const std::string& machine, const GapId& id);

struct EventFilter {
    std::optional<std::string> type;
    std::optional<std::int64_t> before_boot;  // before this boot and seq
    std::optional<std::int64_t> before_seq;
    int limit;
};
// By boot and seq, greatest first.
std::vector<PastEvent> list_events(Transaction& tx, const std::string& machine, const EventFilter& filter);

}  // namespace catalog::store
