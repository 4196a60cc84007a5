#include "catalog/machines/command_service.hpp"

#include "catalog/machines/command_store.hpp"
#include "catalog/production/production_store.hpp"
#include "catalog/stock/quantity_json.hpp"
#include "rest/resource.hpp"

namespace catalog {
namespace {

using store::CommandId;
using store::NewCommand;
using store::Transaction;

constexpr int kMaxAtOnce = 100;

NewCommand resend(const store::DueGap& gap) {
    auto id = CommandId::make();
    auto payload = Json{{"id", id.value()}, {"boot", gap.boot}, {"from", gap.from}, {"to", gap.to}}.dump();
    return {std::move(id), gap.machine, "resend", std::move(payload)};
}

NewCommand produce(const ProductionOrder& order, const std::string& machine, const std::string& unit) {
    auto id = CommandId::make();
    auto payload = Json{
        {"id", id.value()},
        {"work_order", order.id.value()},
        {"part", order.part},
        {"rev", rest::or_null(order.revision)},
        {"quantity", to_json(order.quantity)},
        {"unit", unit}}.dump();
    return {std::move(id), machine, "produce", std::move(payload)};
}

void ask_for_gaps(Transaction& tx, const std::vector<std::string>& scopes,
                  std::vector<NewCommand>& commands) {
    for (const auto& gap : store::ask_for_gaps(tx, scopes, kMaxAtOnce)) commands.push_back(resend(gap));
}

void assign_machines(Transaction& tx, std::vector<NewCommand>& commands) {
    for (const auto& order : store::production_orders_without_machine(tx, kMaxAtOnce)) {
        const auto machine = store::machine_for(tx, order.part);
        if (!machine) continue;
        store::assign(tx, order.id, *machine);
        commands.push_back(produce(order, *machine, store::unit_of_part(tx, order.part)));
    }
}

}  // namespace

std::vector<contracts::MachineCommand> Commands::exchange(const contracts::CommandRequest& request) {
    return db_.transact([&](Transaction& tx) {
        if (!request.published.empty()) store::mark_published(tx, request.published);
        std::vector<NewCommand> commands;
        ask_for_gaps(tx, request.scopes, commands);
        assign_machines(tx, commands);
        if (!commands.empty()) store::insert_commands(tx, commands);
        return store::due_commands(tx, request.scopes, contracts::kMaxMachineCommands);
    });
}

void Commands::forget_old() {
    db_.single([](Transaction& tx) { store::forget_published_commands(tx); });
}

}  // namespace catalog
