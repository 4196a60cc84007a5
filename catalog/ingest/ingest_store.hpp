// What a list of machine messages reads and writes, one statement each for the whole list: the hot path.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/ingest/machine_payload.hpp"
#include "catalog/machines/boot_sequence.hpp"
#include "catalog/production/production_store.hpp"
#include "core/id.hpp"
#include "postgres/database.hpp"

namespace catalog::store {

using postgres::Transaction;
using GapId = core::Id<"gap">;

struct MachineRow {
    std::string name;
    std::string topic;
    std::optional<std::int64_t> boot;  // the greatest
};
// Locked, in the order of their names.
std::vector<MachineRow> lock_machines(Transaction& tx, const std::vector<std::string_view>& names);

// A message's number.
struct Position {
    std::string_view machine;
    std::int64_t boot;
    std::int64_t seq;
    auto operator<=>(const Position&) const = default;
};
struct BootKey {
    std::string_view machine;
    std::int64_t boot;
    auto operator<=>(const BootKey&) const = default;
};

struct BootRow {
    std::string machine;
    std::int64_t boot;
    std::int64_t first_seq;
    std::int64_t last_seq;
};
std::vector<BootRow> boots(Transaction& tx, std::span<const BootKey> keys);

struct GapRow {
    std::string machine;
    std::int64_t boot;
    Gap gap;
};
// The gaps that miss one of `positions`.
std::vector<GapRow> gaps_missing(Transaction& tx, std::span<const Position> positions);

struct EventRow {
    std::string machine;
    std::int64_t boot;
    std::int64_t seq;
    std::string type;
    std::string data;
};
std::vector<EventRow> events_at(Transaction& tx, std::span<const Position> positions);

// The units that stock items (part:…, material:…) are counted in; those the catalog does not have are left
// out.
std::map<std::string, Unit, std::less<>> units_of(Transaction& tx, const std::vector<std::string>& items);

struct CounterKey {
    std::string_view machine;
    std::int64_t boot;
    std::string_view part;
    std::string_view revision;
    std::string_view work_order;
    auto operator<=>(const CounterKey&) const = default;
};
struct Totals {
    Quantity good;
    Quantity scrap;
};
struct CounterRow {
    std::string machine, part, revision, work_order;
    std::int64_t boot;
    Totals totals;
};
std::vector<CounterRow> counters(Transaction& tx, std::span<const CounterKey> keys);

// Where a machine last reported the level of an item.
struct SeqOfBoot {
    std::int64_t boot;
    std::int64_t seq;
    auto operator<=>(const SeqOfBoot&) const = default;
};
std::optional<SeqOfBoot> reported_level(Transaction& tx, std::string_view machine, std::string_view item);

// ---- what is written

struct NewEvent {
    Position at;
    std::string_view type;
    core::Time ts;
    core::Time received_at;
    std::string_view data;
};
void insert_events(Transaction& tx, std::span<const NewEvent> events);

struct BootState {
    BootKey key;
    std::int64_t first_seq;
    std::int64_t last_seq;
};
void save_boots(Transaction& tx, std::span<const BootState> boots);
struct GapState {
    BootKey key;
    const Gap* gap;
};
void save_gaps(Transaction& tx, std::span<const GapState> gaps);
std::vector<contracts::MachineAck> acks(Transaction& tx, std::span<const BootKey> keys);

void save_counters(Transaction& tx, const std::map<CounterKey, Totals>& counters);
struct HourKey {
    std::string_view part;
    std::string_view machine;
    core::Time hour;
    auto operator<=>(const HourKey&) const = default;
};
void add_to_hours(Transaction& tx, const std::map<HourKey, Totals>& hours);
struct WorkKey {
    std::string_view work_order;
    std::string_view part;
    auto operator<=>(const WorkKey&) const = default;
};
// Work orders that are not the catalog's are left alone.
// Those of which another whole unit was made.
std::vector<Progress> add_to_production_orders(Transaction& tx, const std::map<WorkKey, Totals>& made);

struct LotKey {
    std::string_view material;
    std::string_view lot;
    auto operator<=>(const LotKey&) const = default;
};
struct LotChange {
    std::string_view supplier;
    Quantity received;
    Quantity consumed;
};
void add_to_lots(Transaction& tx, const std::map<LotKey, LotChange>& lots);
void save_level(Transaction& tx, const Position& at, std::string_view item);

// What the messages of a list told of a machine; empty where they did not.
struct MachineNews {
    std::optional<Position> newest;
    core::Time seen_at{};
    std::optional<StateReport> state;
    core::Time state_at{};
    std::optional<Position> running_at;
    const PartReference* running = nullptr;
    std::optional<Position> downtime_at;
    bool down = false;
    core::Time down_since{};
};
void save_pending_events(Transaction& tx, const std::map<std::string_view, MachineNews>& news);

}  // namespace catalog::store
