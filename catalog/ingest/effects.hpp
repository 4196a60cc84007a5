// What the events of a list do to the catalog: stock, counters, hours, lots, work orders, news of machines.
// Collected event by event, written once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "catalog/ingest/ingest_store.hpp"
#include "catalog/stock/stock_store.hpp"

namespace catalog {

using Units = std::map<std::string, Unit, std::less<>>;  // by stock item

// The stock items an event speaks of and needs the unit of; the parts that must be there.
std::optional<std::string> item_of(const EventData& data);

// An event's quantities in its item's unit: totals of good and scrap, or the one it has.
struct Measured {
    Quantity first;
    Quantity second;
};
// Refused where the catalog does not have the part or material, or can't count it in the event's unit.
std::variant<Measured, Refusal> measure(const EventData& data, const Units& units);

struct Effect {
    store::Position at;
    const MachineEvent* event;
    Measured measured;
    std::string_view type;
    core::Time received_at;
};

class IntakeEffects {
public:
    // Reads what the events' effects build on. Those that will be refused do no harm.
    void load(store::Transaction& tx, const std::vector<Effect>& expected);
    void apply(store::Transaction& tx, const Effect& effect);
    // That a message with this number came, whatever became of it.
    void see(const store::Position& at, core::Time received_at);
    void hear(std::string_view machine, const StateReport& report, const contracts::MachineMessage& message);
    // The event of this list with that number; null when there is none.
    const store::NewEvent* event_at(const store::Position& at) const;
    void save(store::Transaction& tx) const;

private:
    struct MovementKey {
        std::string item;
        MovementKind kind;
        std::string_view machine;
        std::int64_t boot;
        std::string_view reference;
        auto operator<=>(const MovementKey&) const = default;
    };
    struct Sum {
        Quantity quantity;
        std::int64_t from_seq;
        std::int64_t to_seq;
    };

    void count(const Effect& effect, const ProductionCount& count);
    void consume(const Effect& effect, const MaterialConsumed& consumed);
    void receive(const Effect& effect, const SupplyReceived& supply);
    void level(store::Transaction& tx, const Effect& effect, const StockLevel& level);
    void move(const Effect& effect, std::string item, MovementKind kind, Quantity change,
              std::string_view reference);
    void publish(const Effect& effect);
    void move_stock(store::Transaction& tx) const;

    std::vector<store::NewEvent> events_;
    std::map<store::CounterKey, store::Totals> counters_;
    std::map<store::HourKey, store::Totals> hours_;
    std::map<store::WorkKey, store::Totals> made_;
    std::map<store::LotKey, store::LotChange> lots_;
    std::map<std::string_view, store::MachineNews> news_;
    std::map<MovementKey, Sum> moved_;
    std::map<std::string, Balance, std::less<>>
        balances_;  // loaded, and kept up to date, when a level is told
};

}  // namespace catalog
