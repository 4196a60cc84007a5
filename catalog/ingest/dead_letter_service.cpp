#include "catalog/ingest/dead_letter_service.hpp"

#include <algorithm>

#include "events/audit.hpp"

namespace catalog {
namespace {

using core::Result;
using http::Request;
using postgres::Transaction;

core::Error no_letter(const DeadLetterId& id) {
    return core::not_found("no dead letter " + id.value());
}

Result<DeadLetter> load(Transaction& tx, const DeadLetterId& id) {
    if (auto letter = store::find_dead_letter(tx, id)) return *std::move(letter);
    return no_letter(id);
}

contracts::MachineMessage message_of(const DeadLetter& letter) {
    contracts::MachineMessage message{.topic = letter.topic,
                                      .payload = letter.payload,
                                      .size_of_cut = {},
                                      .retained = false,
                                      .received_at = letter.received_at};
    const auto size = static_cast<std::uint64_t>(letter.payload_bytes);
    if (size > letter.payload.size()) message.size_of_cut = size;
    return message;
}

}  // namespace

Result<DeadLetter> DeadLetters::find(const DeadLetterId& id) {
    return db_.single([&](Transaction& tx) { return load(tx, id); });
}

std::vector<DeadLetter> DeadLetters::list(const store::DeadLetterFilter& filter, const rest::Page& page) {
    return db_.transact([&](Transaction& tx) { return store::list_dead_letters(tx, filter, page); });
}

Result<DeadLetter> DeadLetters::replay(const DeadLetterId& id, const Request& by) {
    const auto found = db_.transact([&](Transaction& tx) -> Result<DeadLetter> {
        auto letter = load(tx, id);
        if (letter)
            events::audit(tx, by, "catalog.dead_letter_replayed", id.value(), events::AuditOutcome::done);
        return letter;
    });
    if (!found) return found.error();
    return take_in(id);
}

Result<DeadLetter> DeadLetters::take_in(const DeadLetterId& id) {
    try {
        return try_replay(id);
    } catch (const postgres::SqlError& error) {
        if (!error.is_about_data()) throw;
        return find(id);  // the database can't hold what it says: it stays as it is
    }
}

Result<DeadLetter> DeadLetters::try_replay(const DeadLetterId& id) {
    return db_.transact([&](Transaction& tx) -> Result<DeadLetter> {
        const auto letter = store::find_dead_letter_for_update(tx, id);
        if (!letter) return no_letter(id);
        if (letter->state != DeadLetterState::open) return *letter;
        const auto message = message_of(*letter);
        if (const auto refused = IngestService::replay(tx, message)) {
            store::save_refusal(tx, id, refused->verdict, refused->reason);
        } else {
            store::close_dead_letter(tx, id, DeadLetterState::replayed);
        }
        return load(tx, id);
    });
}

DeadLetters::ReplayReport DeadLetters::replay_all(const store::DeadLetterFilter& filter, int most,
                                                  bool dry_run, const Request& by) {
    ReplayReport report;
    const auto ids = db_.transact([&](Transaction& tx) {
        report.matched = std::min<std::int64_t>(store::count_open_dead_letters(tx, filter), most);
        if (dry_run) return std::vector<DeadLetterId>{};
        events::audit(tx, by, "catalog.dead_letters_replayed", "dead-letters", events::AuditOutcome::done,
                      {{"count", report.matched}});
        return store::open_dead_letters(tx, filter, most);
    });
    for (const auto& id : ids) {
        const auto letter = take_in(id);
        if (letter && letter->state == DeadLetterState::replayed) ++report.replayed;
    }
    return report;
}

Result<DeadLetter> DeadLetters::discard(const DeadLetterId& id, const Request& by) {
    return db_.transact([&](Transaction& tx) -> Result<DeadLetter> {
        const auto letter = store::find_dead_letter_for_update(tx, id);
        if (!letter) return no_letter(id);
        if (letter->state == DeadLetterState::replayed) return core::conflict("the message was taken in");
        if (letter->state == DeadLetterState::open)
            store::close_dead_letter(tx, id, DeadLetterState::discarded);
        events::audit(tx, by, "catalog.dead_letter_discarded", id.value(), events::AuditOutcome::done);
        return load(tx, id);
    });
}

}  // namespace catalog
