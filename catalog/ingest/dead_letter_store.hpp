// Every SQL statement of dead letters.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "catalog/ingest/dead_letter.hpp"
#include "catalog/ingest/ingest_service.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog::store {

// A message that is open already is counted once more, not kept twice.
void keep_dead_letters(postgres::Transaction& tx, std::span<const Refused> refused);

std::optional<DeadLetter> find_dead_letter(postgres::Transaction& tx, const DeadLetterId& id);
// Locked.
std::optional<DeadLetter> find_dead_letter_for_update(postgres::Transaction& tx, const DeadLetterId& id);

struct DeadLetterFilter {
    std::optional<DeadLetterState> state;
    std::optional<contracts::MessageOutcome> verdict;
    std::optional<std::string> machine;
    std::optional<std::string> topic;
    std::optional<core::Time> received_after;
    std::optional<core::Time> received_before;
};
// Newest first.
std::vector<DeadLetter> list_dead_letters(postgres::Transaction& tx, const DeadLetterFilter& filter,
                                          const rest::Page& page);
// Open ones in the order they came.
std::vector<DeadLetterId> open_dead_letters(postgres::Transaction& tx, const DeadLetterFilter& filter,
                                            int most);
std::int64_t count_open_dead_letters(postgres::Transaction& tx, const DeadLetterFilter& filter);

void close_dead_letter(postgres::Transaction& tx, const DeadLetterId& id, DeadLetterState state);
void save_refusal(postgres::Transaction& tx, const DeadLetterId& id, contracts::MessageOutcome verdict,
                  const std::string& reason);

}  // namespace catalog::store
