#include "catalog/ingest/sequence_index.hpp"

#include <algorithm>
#include <iterator>

namespace catalog {
namespace {

store::Position position_of(const store::EventRow& event) {
    return {event.machine, event.boot, event.seq};
}

}  // namespace

void SequenceIndex::load(store::Transaction& tx, std::span<const store::Position> positions) {
    load_boots(tx, positions);
    std::vector<store::Position> behind;  // not simply the next: a gap's, or taken before
    std::ranges::copy_if(positions, std::back_inserter(behind), [this](const store::Position& at) {
        const auto& known = boot(at);
        return known.is_known() && at.seq <= known.last();
    });
    if (behind.empty()) return;
    for (auto& [machine, number, gap] : store::gaps_missing(tx, behind)) {
        boots_.find({machine, number})->second.add_gap(std::move(gap));
    }
    events_ = store::events_at(tx, behind);
    std::ranges::sort(events_, {}, position_of);
}

void SequenceIndex::load_boots(store::Transaction& tx, std::span<const store::Position> positions) {
    for (const auto& at : positions) boots_.try_emplace({at.machine, at.boot});
    for (const auto& row : store::boots(tx, boots())) {
        boots_.find({row.machine, row.boot})->second = BootSequence{row.first_seq, row.last_seq};
    }
}

std::vector<store::BootKey> SequenceIndex::boots() const {
    std::vector<store::BootKey> keys;
    for (const auto& [key, sequence] : boots_) keys.push_back(key);
    return keys;
}

const store::EventRow* SequenceIndex::event_at(const store::Position& at) const {
    const auto found = std::ranges::lower_bound(events_, at, {}, position_of);
    return found != events_.end() && position_of(*found) == at ? &*found : nullptr;
}

void SequenceIndex::save(store::Transaction& tx) const {
    if (!changed_) return;
    std::vector<store::BootState> states;
    std::vector<store::GapState> gaps;
    for (const auto& [key, sequence] : boots_) {
        if (sequence.is_known()) states.push_back({key, sequence.first(), sequence.last()});
        for (const auto& gap : sequence.gaps()) {
            const bool never_was =
                gap.id.empty() && gap.missing.empty();  // opened and filled within the list
            if (gap.changed && !never_was) gaps.push_back({key, &gap});
        }
    }
    store::save_boots(tx, states);
    if (!gaps.empty()) store::save_gaps(tx, gaps);
}

}  // namespace catalog
