// Takes in lists of machine messages: each exactly once, all of a list in one transaction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "catalog/ingest/machine_payload.hpp"
#include "contracts/machine_message.hpp"
#include "postgres/database.hpp"

namespace catalog {

// A message with what could be read of it; refers to the message.
struct ReadMessage {
    const contracts::MachineMessage* message;
    std::optional<Topic> topic;
    std::variant<MachineEvent, StateReport, Refusal> content;
};

// A message that was not taken in, and why.
struct Refused {
    const contracts::MachineMessage* message;
    MessageOutcome verdict;
    std::string reason;
    std::optional<std::string_view> machine = {};  // where it is who it says
    std::optional<std::int64_t> boot = {};         // where they could be read
    std::optional<std::int64_t> seq = {};
};

class IngestService {
public:
    explicit IngestService(postgres::Database& db) : db_(db) {}

    // A verdict for each message, committed when this returns; what is neither ok nor a duplicate is kept as
    // a dead letter. Throws pg::Unavailable when the database is away; nothing was taken in then.
    contracts::MachineAnswer take(std::span<const contracts::MachineMessage> messages);

    // Takes in, within `tx`, a message that was refused before; answers why it is refused again. Its own dead
    // letter has taken its number: here it counts unless an event with that number is there.
    static std::optional<Refused> replay(postgres::Transaction& tx, const contracts::MachineMessage& message);

private:
    contracts::MachineAnswer take_one_by_one(std::span<const ReadMessage> messages);
    contracts::MachineAnswer take(std::span<const ReadMessage> messages);

    postgres::Database& db_;
};

}  // namespace catalog
