// What machines say: topics and payloads, read into types or refused with a verdict and the reason. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "catalog/stock/quantity.hpp"
#include "contracts/machine_message.hpp"
#include "core/clock.hpp"

namespace catalog {

using contracts::MessageOutcome;

// factory/v1/{site}/{area}/{line}/{machine}/evt/{type} or …/state; parts of the text it was read from.
struct Topic {
    std::string_view of_machine;  // factory/v1/{site}/{area}/{line}/{machine}
    std::string_view machine;
    std::string_view type;  // empty: the machine's state
    static std::optional<Topic> parse(std::string_view text);
};

// The running totals of what a machine made since it booted.
struct ProductionCount {
    std::string part;
    std::string revision;    // empty: not said
    std::string work_order;  // empty: none
    Quantity good_total;
    Quantity scrap_total;
    Unit unit;
};
struct PartReference {
    std::string part;
    std::string revision;
};
// What was used up: a quantity, not a total.
struct MaterialConsumed {
    std::string material;
    std::string lot;
    std::string work_order;
    Quantity quantity;
    Unit unit;
};
struct SupplyReceived {
    std::string part;  // this or
    std::string material;
    std::string lot;
    std::string supplier;
    Quantity quantity;
    Unit unit;
};
// How much there is, whatever was booked.
struct StockLevel {
    std::string part;  // this or
    std::string material;
    Quantity on_hand;
    Unit unit;
};
struct Quality {
    std::string part;
    bool passed;
};
struct Downtime {
    bool down;
};
using EventData = std::variant<ProductionCount, PartReference, MaterialConsumed, SupplyReceived, StockLevel,
                               Quality, Downtime>;

// The type a topic names, as a constant; "state" for a machine's state, "other" for what is no such topic:
// names there is a bounded number of.
std::string_view known_type(std::string_view topic);
constexpr std::string_view kKnownTypes[] = {"production-count", "part-reference", "material-consumed",
                                            "supply-received",  "stock-level",    "quality",
                                            "downtime",         "state",          "other"};

struct MachineEvent {
    std::int64_t boot;
    std::int64_t seq;
    core::Time ts;
    EventData data;
    std::string data_text;  // the payload's `data`, without needless space
};

// What a machine, or the broker when it lost it, last said on its state topic.
struct StateReport {
    bool online;
    std::string firmware;  // empty: not said
};

struct Refusal {
    MessageOutcome verdict;
    std::string reason;  // for an admin
    // Where the payload could be read that far and names the topic's machine.
    std::optional<std::int64_t> boot = {};
    std::optional<std::int64_t> seq = {};
};

// A clock may be ahead of ours by so much.
constexpr std::chrono::minutes kMaxAhead{5};

// {"v":1,"id","machine","boot","seq","ts","type","data":{…}}; unknown members are left alone.
std::variant<MachineEvent, Refusal> read_event(const Topic& topic, std::string_view payload, core::Time now);
// {"state":"online"|"offline","firmware"}
std::variant<StateReport, Refusal> read_state(std::string_view payload);

}  // namespace catalog
