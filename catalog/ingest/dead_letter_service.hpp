// What can be done with dead letters: look at them, take them in after all, throw them away.
#pragma once

#include <string>
#include <vector>

#include "catalog/ingest/dead_letter.hpp"
#include "catalog/ingest/dead_letter_store.hpp"
#include "core/result.hpp"
#include "http/message.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog {

// What is replayed or discarded gets into the audit log, a replay before it is tried.
class DeadLetters {
public:
    explicit DeadLetters(postgres::Database& db) : db_(db) {}

    core::Result<DeadLetter> find(const DeadLetterId& id);
    std::vector<DeadLetter> list(const store::DeadLetterFilter& filter, const rest::Page& page);

    // Takes the message in, as if it came now. It stays open, with its reason of now, when it is refused
    // again. One that is closed is left as it is.
    core::Result<DeadLetter> replay(const DeadLetterId& id, const http::Request& by);
    // Replays those that are open, in the order they came, at most `most`. A dry run only counts them.
    struct ReplayReport {
        std::int64_t matched = 0;
        std::int64_t replayed = 0;
    };
    ReplayReport replay_all(const store::DeadLetterFilter& filter, int most, bool dry_run,
                            const http::Request& by);
    // `conflict` when it was replayed.
    core::Result<DeadLetter> discard(const DeadLetterId& id, const http::Request& by);

private:
    core::Result<DeadLetter> try_replay(const DeadLetterId& id);
    core::Result<DeadLetter> take_in(const DeadLetterId& id);

    postgres::Database& db_;
};

}  // namespace catalog
