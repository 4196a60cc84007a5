// What `mqtt-bridge` and `catalog` tell each other: messages of machines with a verdict for each, and
// commands for machines. Pure.
//
// Topics: factory/v1/{site}/{area}/{line}/{machine} is a machine's own; below it are evt/{type}, state,
// cmd/{type} and ack.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace contracts {

// A message as the broker handed it over.
struct MachineMessage {
    std::string topic;
    std::string payload;  // raw bytes, not necessarily UTF-8
    // Set when the message is larger than kMaxPayloadBytes: its size; `payload` is its head then.
    std::optional<std::uint64_t> size_of_cut;
    bool retained = false;
    core::Time received_at;
};

constexpr std::size_t kMaxMachineMessages = 500;       // in a list
constexpr std::size_t kMaxPayloadBytes = 64 << 10;     // of one message; larger ones are `too_large`
constexpr std::size_t kPayloadHeadBytes = 4096;        // what is kept of those
constexpr std::size_t kMaxListPayloadBytes = 2 << 20;  // of all messages of a list together
constexpr std::size_t kMaxListBytes = 4 << 20;         // of the body that carries them

// The wire of POST /internal/v1/machine-events:
//   {"events":[{"topic","payload":"<base64>","retained":true,"received_at":"RFC 3339"}]}
// `retained` is left out when false; a cut payload has "size" beside it.
//   → {"verdicts":["ok",…],"acks":[{"topic","boot","seq","complete_to"}]}: a verdict per message, in order.
std::string machine_messages_to_json(std::span<const MachineMessage> messages);
core::Result<std::vector<MachineMessage>> machine_messages_from_json(std::string_view text);

enum class MessageOutcome {
    ok,
    duplicate,          // this boot and seq were taken in before
    out_of_order,       // too late: the gap it belongs to was given up
    unknown_machine,    // not registered
    identity_mismatch,  // topic, payload and registration don't name the same machine
    bad_json,           // not JSON, or not UTF-8
    schema_violation,   // JSON that is no such event, or names what the catalog does not have
    unit_unknown,       // no such unit, or none that the part or material can be counted in
    too_large,
};
constexpr MessageOutcome kVerdicts[] = {MessageOutcome::ok,
                                        MessageOutcome::duplicate,
                                        MessageOutcome::out_of_order,
                                        MessageOutcome::unknown_machine,
                                        MessageOutcome::identity_mismatch,
                                        MessageOutcome::bad_json,
                                        MessageOutcome::schema_violation,
                                        MessageOutcome::unit_unknown,
                                        MessageOutcome::too_large};
std::string_view to_string(MessageOutcome verdict);
std::optional<MessageOutcome> parse_verdict(std::string_view text);

// What the machine at `topic` (its own, factory/v1/…/{machine}) may rely on.
struct MachineAck {
    std::string topic;
    std::int64_t boot;
    std::int64_t seq;          // the greatest committed of this boot
    std::int64_t complete_to;  // everything up to here is committed: what the machine may forget
};

struct MachineAnswer {
    std::vector<MessageOutcome> verdicts;
    std::vector<MachineAck> acks;
};
std::string machine_answer_to_json(const MachineAnswer& answer);
std::optional<MachineAnswer> machine_answer_from_json(std::string_view text);

// A message for a machine, to be published at QoS 1 until the broker has taken it; a machine tells repeated
// ones by the id in the payload.
struct MachineCommand {
    std::string id;       // cmd_…
    std::string topic;    // factory/v1/…/{machine}/cmd/{type}
    std::string payload;  // JSON
};

// The wire of POST /internal/v1/machine-commands:
//   {"scopes":["factory/v1/lyon/"],"published":["cmd_…"]} → {"commands":[{"id","topic","payload"}]}
// Says which commands the broker has taken, and asks for those that are due for machines below the scopes
// (topics' beginnings, each ending in a slash).
constexpr std::size_t kMaxMachineCommands = 500;  // in a list, either way
struct CommandRequest {
    std::vector<std::string> scopes;
    std::vector<std::string> published;
};
std::string command_request_to_json(const CommandRequest& request);
core::Result<CommandRequest> command_request_from_json(std::string_view text);
std::string machine_commands_to_json(std::span<const MachineCommand> commands);
std::optional<std::vector<MachineCommand>> machine_commands_from_json(std::string_view text);

}  // namespace contracts
