#include "contracts/machine_message.hpp"

#include <simdjson.h>

#include "core/base64.hpp"
#include "core/enum_names.hpp"
#include "core/json_writer.hpp"

namespace contracts {
namespace {

constexpr core::Names<MessageOutcome, 9> kVerdictNames{{
    {MessageOutcome::ok, "ok"},
    {MessageOutcome::duplicate, "duplicate"},
    {MessageOutcome::out_of_order, "out_of_order"},
    {MessageOutcome::unknown_machine, "unknown_machine"},
    {MessageOutcome::identity_mismatch, "identity_mismatch"},
    {MessageOutcome::bad_json, "bad_json"},
    {MessageOutcome::schema_violation, "schema_violation"},
    {MessageOutcome::unit_unknown, "unit_unknown"},
    {MessageOutcome::too_large, "too_large"},
}};

// ---- writing

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out += name;
    core::json::append_text(out, text);
}

void append(std::string& out, const MachineMessage& message) {
    append_member(out, R"({"topic":)", message.topic);
    out += R"(,"payload":")";
    core::append_base64(out, message.payload);
    out += '"';
    if (message.size_of_cut) out += R"(,"size":)" + std::to_string(*message.size_of_cut);
    if (message.retained) out += R"(,"retained":true)";
    append_member(out, R"(,"received_at":)", core::to_rfc3339(message.received_at));
    out += '}';
}

void append(std::string& out, MessageOutcome verdict) {
    core::json::append_text(out, to_string(verdict));
}

void append(std::string& out, const MachineAck& ack) {
    append_member(out, R"({"topic":)", ack.topic);
    out += R"(,"boot":)" + std::to_string(ack.boot);
    out += R"(,"seq":)" + std::to_string(ack.seq);
    out += R"(,"complete_to":)" + std::to_string(ack.complete_to) + "}";
}

void append(std::string& out, const std::string& text) {
    core::json::append_text(out, text);
}

void append(std::string& out, const MachineCommand& command) {
    append_member(out, R"({"id":)", command.id);
    append_member(out, R"(,"topic":)", command.topic);
    append_member(out, R"(,"payload":)", command.payload);
    out += '}';
}

template <class List>
void append_list(std::string& out, std::string_view name, const List& items) {
    out += name;
    const auto start = out.size();
    for (const auto& item : items) {
        out += out.size() == start ? '[' : ',';
        append(out, item);
    }
    out += out.size() == start ? "[]" : "]";
}

// ---- reading; whatever is not as it should be makes the whole unreadable

template <class T>
T or_refuse(std::optional<T> value) {
    if (!value) throw simdjson::simdjson_error{simdjson::INCORRECT_TYPE};
    return *std::move(value);
}

std::string read_text(simdjson::dom::element from) {
    return std::string{from.get_string().value()};
}

MachineMessage read_message(simdjson::dom::element from) {
    MachineMessage message{.topic = read_text(from["topic"]),
                           .payload = or_refuse(core::from_base64(from["payload"].get_string())),
                           .size_of_cut = {},
                           .retained = false,
                           .received_at = or_refuse(core::parse_rfc3339(from["received_at"].get_string()))};
    std::uint64_t size = 0;
    if (from["size"].get(size) == simdjson::SUCCESS) message.size_of_cut = size;
    if (from["retained"].get(message.retained) != simdjson::SUCCESS) message.retained = false;
    return message;
}

MessageOutcome read_verdict(simdjson::dom::element from) {
    return or_refuse(parse_verdict(from.get_string()));
}

MachineAck read_ack(simdjson::dom::element from) {
    return {.topic = read_text(from["topic"]),
            .boot = from["boot"].get_int64(),
            .seq = from["seq"].get_int64(),
            .complete_to = from["complete_to"].get_int64()};
}

MachineCommand read_command(simdjson::dom::element from) {
    return {read_text(from["id"]), read_text(from["topic"]), read_text(from["payload"])};
}

template <class Read>
auto read_list(simdjson::dom::element list, Read read) {
    std::vector<decltype(read(list))> items;
    const auto elements = list.get_array().value();
    items.reserve(elements.size());
    for (const auto element : elements) items.push_back(read(element));
    return items;
}

simdjson::dom::element parse(std::string_view text) {
    thread_local simdjson::dom::parser parser;
    return parser.parse(text.data(), text.size()).value();
}

core::Error too_many(const char* field, std::size_t most) {
    return core::invalid(field, "must have at most " + std::to_string(most));
}

}  // namespace

std::string_view to_string(MessageOutcome verdict) {
    return core::name_of(kVerdictNames, verdict);
}
std::optional<MessageOutcome> parse_verdict(std::string_view text) {
    return core::find_name(kVerdictNames, text);
}

std::string machine_messages_to_json(std::span<const MachineMessage> messages) {
    std::string out;
    std::size_t size = 64;
    for (const auto& message : messages) size += 120 + message.topic.size() + message.payload.size() * 4 / 3;
    out.reserve(size);
    append_list(out, R"({"events":)", messages);
    return out += '}';
}

core::Result<std::vector<MachineMessage>> machine_messages_from_json(std::string_view text) {
    try {
        auto messages = read_list(parse(text)["events"], read_message);
        if (messages.size() > kMaxMachineMessages) return too_many("events", kMaxMachineMessages);
        return messages;
    } catch (const simdjson::simdjson_error&) {
        return core::malformed("not a list of machine messages");
    }
}

std::string machine_answer_to_json(const MachineAnswer& answer) {
    std::string out;
    out.reserve(64 + answer.verdicts.size() * 16 + answer.acks.size() * 120);
    append_list(out, R"({"verdicts":)", answer.verdicts);
    append_list(out, R"(,"acks":)", answer.acks);
    return out += '}';
}

std::optional<MachineAnswer> machine_answer_from_json(std::string_view text) {
    try {
        const auto document = parse(text);
        return MachineAnswer{read_list(document["verdicts"], read_verdict),
                             read_list(document["acks"], read_ack)};
    } catch (const simdjson::simdjson_error&) {
        return {};
    }
}

std::string command_request_to_json(const CommandRequest& request) {
    std::string out;
    append_list(out, R"({"scopes":)", request.scopes);
    append_list(out, R"(,"published":)", request.published);
    return out += '}';
}

core::Result<CommandRequest> command_request_from_json(std::string_view text) {
    try {
        const auto document = parse(text);
        CommandRequest request{read_list(document["scopes"], read_text),
                               read_list(document["published"], read_text)};
        if (request.scopes.size() > kMaxMachineCommands) return too_many("scopes", kMaxMachineCommands);
        if (request.published.size() > kMaxMachineCommands) return too_many("published", kMaxMachineCommands);
        return request;
    } catch (const simdjson::simdjson_error&) {
        return core::malformed("not a request for machine commands");
    }
}

std::string machine_commands_to_json(std::span<const MachineCommand> commands) {
    std::string out;
    append_list(out, R"({"commands":)", commands);
    return out += '}';
}

std::optional<std::vector<MachineCommand>> machine_commands_from_json(std::string_view text) {
    try {
        return read_list(parse(text)["commands"], read_command);
    } catch (const simdjson::simdjson_error&) {
        return {};
    }
}

}  // namespace contracts
