// A machine as it is registered, and what it has told of itself. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/machines/boot_sequence.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"

namespace catalog {

// What stands in topics and addresses: 1 to 64 of letters, digits, dot, dash and underscore.
bool is_plain_name(std::string_view text);
constexpr auto kPlainName = "must be 1 to 64 letters, digits, dots, dashes or underscores";

// What an admin says.
struct MachineDraft {
    std::string name;
    std::string site;
    std::string area;
    std::string line;
    std::string description;
    std::vector<std::string> makes;  // parts it can be asked to produce
    bool operator==(const MachineDraft&) const = default;
};

struct Machine {
    MachineDraft draft;
    std::string topic;
    std::string state;  // unknown, online, offline
    std::optional<core::Time> state_at;
    std::optional<std::string> firmware;
    std::optional<std::string> running_part;
    std::optional<std::string> running_rev;
    std::optional<bool> down;
    std::optional<core::Time> down_since;
    std::optional<std::int64_t> boot;
    std::optional<std::int64_t> last_seq;
    std::optional<core::Time> last_seen_at;
    std::int64_t open_gaps;
    std::int64_t version;
    core::Time created_at;
};

using GapId = core::Id<"gap">;
enum class GapState { open, filled, given_up };
std::string_view to_string(GapState state);
std::optional<GapState> parse_gap_state(std::string_view text);

struct MachineGap {
    GapId id;
    std::int64_t boot;
    SeqRange range;
    std::vector<SeqRange> missing;
    core::Time detected_at;
    std::optional<core::Time> asked_at;
    std::int64_t asked;  // how often the machine was asked to send it again
    GapState state;
    std::optional<core::Time> closed_at;
};

// An event of the history, as it came.
struct PastEvent {
    std::string machine;
    std::int64_t boot;
    std::int64_t seq;
    std::string type;
    core::Time ts;
    core::Time received_at;
    std::string data;  // JSON
};

}  // namespace catalog
