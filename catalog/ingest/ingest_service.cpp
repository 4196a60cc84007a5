#include "catalog/ingest/ingest_service.hpp"

#include <algorithm>

#include "catalog/ingest/dead_letter_store.hpp"
#include "catalog/ingest/effects.hpp"
#include "catalog/ingest/sequence_index.hpp"

namespace catalog {
namespace {

using contracts::MachineMessage;
using store::Position;
using store::Transaction;

ReadMessage read(const MachineMessage& message, core::Time now) {
    ReadMessage read{&message, Topic::parse(message.topic), Refusal{}};
    if (!read.topic) {
        read.content = Refusal{MessageOutcome::schema_violation, "no topic of a machine's event or state"};
    } else if (message.size_of_cut) {
        read.content = Refusal{MessageOutcome::too_large,
                               std::to_string(*message.size_of_cut) + " bytes; at most " +
                                   std::to_string(contracts::kMaxPayloadBytes) + " are taken"};
    } else if (read.topic->type.empty()) {
        std::visit([&](auto&& content) { read.content = std::move(content); }, read_state(message.payload));
    } else {
        std::visit([&](auto&& content) { read.content = std::move(content); },
                   read_event(*read.topic, message.payload, now));
    }
    return read;
}

std::vector<ReadMessage> read_all(std::span<const MachineMessage> messages) {
    const auto now = core::now();
    std::vector<ReadMessage> all;
    all.reserve(messages.size());
    for (const auto& message : messages) all.push_back(read(message, now));
    return all;
}

// One list on its way into the catalog: judged in order, written at the end.
class Batch {
public:
    enum class Mode { first_time, replay };
    Batch(std::span<const ReadMessage> messages, Mode mode) : messages_(messages), mode_(mode) {}

    void run(Transaction& tx) {
        load(tx);
        verdicts.reserve(messages_.size());
        for (const auto& message : messages_) verdicts.push_back(judge(tx, message));
        numbers_.save(tx);
        effects_.save(tx);
    }

    // What the machines of the list may rely on: each boot that was met, and the newest.
    std::vector<contracts::MachineAck> acks(Transaction& tx) const {
        auto boots = numbers_.boots();
        if (boots.empty()) return {};
        for (const auto& machine : machines_) {
            if (machine.boot) boots.push_back({machine.name, *machine.boot});
        }
        std::ranges::sort(boots);
        boots.erase(std::ranges::unique(boots).begin(), boots.end());
        return store::acks(tx, boots);
    }

    std::vector<MessageOutcome> verdicts;
    std::vector<Refused> refused;

private:
    // ---- what the list builds on

    void load(Transaction& tx) {
        machines_ = store::lock_machines(tx, machine_names());
        collect_positions();
        numbers_.load(tx, positions_);
        load_units(tx);
        effects_.load(tx, expected_effects());
    }

    std::vector<std::string_view> machine_names() const {
        std::vector<std::string_view> names;
        for (const auto& message : messages_) {
            if (message.topic) names.push_back(message.topic->machine);
        }
        std::ranges::sort(names);
        names.erase(std::ranges::unique(names).begin(), names.end());
        return names;
    }

    const store::MachineRow* find_machine(std::string_view name) const {
        const auto found = std::ranges::lower_bound(
            machines_, name, {},
            [](const store::MachineRow& machine) { return std::string_view{machine.name}; });
        return found != machines_.end() && found->name == name ? &*found : nullptr;
    }

    // Why the topic's machine can't be believed.
    std::optional<Refusal> refuse_identity(const ReadMessage& message) const {
        if (!message.topic) return std::get<Refusal>(message.content);
        const auto* machine = find_machine(message.topic->machine);
        if (machine == nullptr) {
            return Refusal{MessageOutcome::unknown_machine,
                           "no machine " + std::string{message.topic->machine}};
        }
        if (machine->topic != message.topic->of_machine) {
            return Refusal{MessageOutcome::identity_mismatch, "the machine's topic is " + machine->topic};
        }
        return {};
    }

    // The message's number, where its machine is known to be who it says.
    std::optional<Position> position_of(const ReadMessage& message) const {
        if (refuse_identity(message)) return {};
        const auto machine = message.topic->machine;
        if (const auto* event = std::get_if<MachineEvent>(&message.content)) {
            return Position{machine, event->boot, event->seq};
        }
        const auto* refusal = std::get_if<Refusal>(&message.content);
        if (refusal != nullptr && refusal->boot && refusal->seq)
            return Position{machine, *refusal->boot, *refusal->seq};
        return {};
    }

    void collect_positions() {
        positions_.reserve(messages_.size());
        for (const auto& message : messages_) {
            if (const auto at = position_of(message)) positions_.push_back(*at);
        }
    }

    void load_units(Transaction& tx) {
        std::vector<std::string> items;
        for (const auto& message : messages_) {
            const auto* event = std::get_if<MachineEvent>(&message.content);
            if (event == nullptr) continue;
            if (auto item = item_of(event->data)) items.push_back(*std::move(item));
        }
        std::ranges::sort(items);
        items.erase(std::ranges::unique(items).begin(), items.end());
        if (!items.empty()) units_ = store::units_of(tx, items);
    }

    Effect effect_of(const ReadMessage& message, const MachineEvent& event, Measured measured) const {
        return {.at = {message.topic->machine, event.boot, event.seq},
                .event = &event,
                .measured = measured,
                .type = message.topic->type,
                .received_at = message.message->received_at};
    }

    std::vector<Effect> expected_effects() const {
        std::vector<Effect> effects;
        effects.reserve(messages_.size());
        for (const auto& message : messages_) {
            const auto* event = std::get_if<MachineEvent>(&message.content);
            if (event == nullptr || refuse_identity(message)) continue;
            if (std::holds_alternative<Measured>(measure(event->data, units_))) {
                effects.push_back(effect_of(message, *event, {}));
            }
        }
        return effects;
    }

    // ---- message by message

    MessageOutcome judge(Transaction& tx, const ReadMessage& message) {
        if (auto refusal = refuse_identity(message)) return refuse(message, *std::move(refusal));
        if (const auto* refusal = std::get_if<Refusal>(&message.content)) return refuse(message, *refusal);
        if (const auto* report = std::get_if<StateReport>(&message.content)) {
            effects_.hear(message.topic->machine, *report, *message.message);
            return MessageOutcome::ok;
        }
        return judge_event(tx, message, std::get<MachineEvent>(message.content));
    }

    MessageOutcome judge_event(Transaction& tx, const ReadMessage& message, const MachineEvent& event) {
        const auto measured = measure(event.data, units_);
        if (const auto* refusal = std::get_if<Refusal>(&measured)) {
            return refuse(message, {refusal->verdict, refusal->reason, event.boot, event.seq});
        }
        const auto effect = effect_of(message, event, std::get<Measured>(measured));
        if (const auto seen = numbers_.look(effect.at); seen != Seen::fresh) {
            if (const auto same = was_taken_by_same(effect)) {
                if (*same) return MessageOutcome::duplicate;
                return refuse(message,
                              {MessageOutcome::schema_violation, "its boot and seq were another message's"});
            }
            if (mode_ == Mode::first_time) return refuse_taken(message, seen);
        }
        numbers_.take(effect.at);
        effects_.apply(tx, effect);
        return MessageOutcome::ok;
    }

    // Whether the event that took this number said the same; nothing when no event did.
    std::optional<bool> was_taken_by_same(const Effect& effect) const {
        if (const auto* before = effects_.event_at(effect.at)) {
            return before->type == effect.type && before->data == effect.event->data_text;
        }
        if (const auto* before = numbers_.event_at(effect.at)) {
            return before->type == effect.type && before->data == effect.event->data_text;
        }
        return {};
    }

    // The number is taken, and by no event that is still there: by a dead letter, by a month that was
    // dropped, or it is one of a gap that was given up.
    MessageOutcome refuse_taken(const ReadMessage& message, Seen seen) {
        if (seen == Seen::too_late) {
            return refuse(message, {MessageOutcome::out_of_order, "the gap it belongs to was given up"});
        }
        return refuse(message, {MessageOutcome::schema_violation, "its boot and seq were another message's"});
    }

    MessageOutcome refuse(const ReadMessage& message, Refusal refusal) {
        Refused& kept =
            refused.emplace_back(Refused{message.message, refusal.verdict, std::move(refusal.reason)});
        if (kept.verdict == MessageOutcome::identity_mismatch || refuse_identity(message))
            return kept.verdict;
        kept.machine = message.topic->machine;
        if (const auto at = position_of(message)) {
            numbers_.take(*at);  // it is kept, and so not missing
            effects_.see(*at, message.message->received_at);
            kept.boot = at->boot;
            kept.seq = at->seq;
        }
        return kept.verdict;
    }

    std::span<const ReadMessage> messages_;
    Mode mode_;
    std::vector<store::MachineRow> machines_;  // in the order of their names
    std::vector<Position> positions_;
    Units units_;
    SequenceIndex numbers_;
    IntakeEffects effects_;
};

Refusal refused_by_database(const ReadMessage& message) {
    Refusal refusal{MessageOutcome::schema_violation, "the database can't hold what it says"};
    if (const auto* event = std::get_if<MachineEvent>(&message.content)) {
        refusal.boot = event->boot;
        refusal.seq = event->seq;
    }
    return refusal;
}

}  // namespace

contracts::MachineAnswer IngestService::take(std::span<const MachineMessage> messages) {
    const auto read = read_all(messages);
    try {
        return take(read);
    } catch (const postgres::SqlError& error) {
        if (!error.is_about_data()) throw;
        return take_one_by_one(read);
    }
}

contracts::MachineAnswer IngestService::take(std::span<const ReadMessage> messages) {
    return db_.transact([&](Transaction& tx) {
        Batch batch{messages, Batch::Mode::first_time};
        batch.run(tx);
        if (!batch.refused.empty()) store::keep_dead_letters(tx, batch.refused);
        return contracts::MachineAnswer{std::move(batch.verdicts), batch.acks(tx)};
    });
}

// One of the list is more than the database takes: it fails alone.
contracts::MachineAnswer IngestService::take_one_by_one(std::span<const ReadMessage> messages) {
    contracts::MachineAnswer all;
    for (auto message : messages) {
        contracts::MachineAnswer one;
        try {
            one = take({&message, 1});
        } catch (const postgres::SqlError& error) {
            if (!error.is_about_data()) throw;
            message.content = refused_by_database(message);
            one = take({&message, 1});
        }
        all.verdicts.push_back(one.verdicts.front());
        for (auto& ack : one.acks) all.acks.push_back(std::move(ack));
    }
    return all;
}

std::optional<Refused> IngestService::replay(Transaction& tx, const MachineMessage& message) {
    const auto read = read_all({&message, 1});
    Batch batch{read, Batch::Mode::replay};
    batch.run(tx);
    if (batch.refused.empty()) return {};
    return std::move(batch.refused.front());
}

}  // namespace catalog
