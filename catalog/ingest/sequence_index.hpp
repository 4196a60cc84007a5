// Which numbers of which boots a list of messages meets: what was taken in before, and what the list takes.
#pragma once

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "catalog/ingest/ingest_store.hpp"
#include "catalog/machines/boot_sequence.hpp"

namespace catalog {

class SequenceIndex {
public:
    // Reads what is known of `positions`; they must outlive this.
    void load(store::Transaction& tx, std::span<const store::Position> positions);

    Seen look(const store::Position& at) { return boot(at).look(at.seq); }
    Seen take(const store::Position& at) {
        changed_ = true;
        return boot(at).take(at.seq);
    }
    // The event that took this number before the list; null when there is none.
    const store::EventRow* event_at(const store::Position& at) const;

    void save(store::Transaction& tx) const;
    // The boots that were met.
    std::vector<store::BootKey> boots() const;

private:
    BootSequence& boot(const store::Position& at) { return boots_[{at.machine, at.boot}]; }
    void load_boots(store::Transaction& tx, std::span<const store::Position> positions);

    std::map<store::BootKey, BootSequence> boots_;
    std::vector<store::EventRow> events_;  // in order
    bool changed_ = false;
};

}  // namespace catalog
