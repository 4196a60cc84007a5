// A message that was not taken in, kept as it came with the reason, until it is replayed or discarded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "contracts/machine_message.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"

namespace catalog {

using DeadLetterId = core::Id<"dlt">;

enum class DeadLetterState { open, replayed, discarded };
std::string_view to_string(DeadLetterState state);
std::optional<DeadLetterState> parse_dead_letter_state(std::string_view text);

struct DeadLetter {
    DeadLetterId id;
    contracts::MessageOutcome verdict;
    std::string reason;
    std::string topic;
    std::string payload;  // raw bytes; the head where it was too large
    std::int64_t payload_bytes;
    std::optional<std::string> machine;
    std::optional<std::int64_t> boot;
    std::optional<std::int64_t> seq;
    std::int64_t times;  // how often the same came
    core::Time received_at;
    core::Time last_received_at;
    DeadLetterState state;
    std::optional<core::Time> closed_at;
};

}  // namespace catalog
