#include "catalog/machines/boot_sequence.hpp"

#include <algorithm>
#include <charconv>

namespace catalog {
namespace {

bool holds(const SeqRange& range, std::int64_t seq) {
    return range.from <= seq && seq <= range.to;
}

template <class Gaps>
auto find_gap(Gaps& gaps, std::int64_t seq) {
    return std::ranges::find_if(gaps, [seq](const Gap& gap) {
        return std::ranges::any_of(gap.missing, [seq](const SeqRange& range) { return holds(range, seq); });
    });
}

void remove(std::vector<SeqRange>& ranges, std::int64_t seq) {
    const auto found =
        std::ranges::find_if(ranges, [seq](const SeqRange& range) { return holds(range, seq); });
    const auto whole = *found;
    const auto at = ranges.erase(found);
    std::vector<SeqRange> left;
    if (whole.from < seq) left.push_back({whole.from, seq - 1});
    if (seq < whole.to) left.push_back({seq + 1, whole.to});
    ranges.insert(at, left.begin(), left.end());
}

}  // namespace

std::vector<SeqRange> parse_ranges(std::string_view multirange) {
    std::vector<SeqRange> ranges;
    const auto* at = multirange.data();
    const auto* end = at + multirange.size();
    while ((at = std::find(at, end, '[')) != end) {
        SeqRange range{};
        at = std::from_chars(at + 1, end, range.from).ptr;
        at = std::from_chars(at + 1, end, range.to).ptr;
        --range.to;  // the upper bound is not part of it
        ranges.push_back(range);
    }
    return ranges;
}

std::string to_multirange(const std::vector<SeqRange>& ranges) {
    std::string text = "{";
    for (const auto& range : ranges) {
        if (text.size() > 1) text += ',';
        text += "[" + std::to_string(range.from) + "," + std::to_string(range.to + 1) + ")";
    }
    return text += "}";
}

Seen BootSequence::look(std::int64_t seq) const {
    if (!known_ || seq > last_ || seq < first_) return Seen::fresh;
    const auto gap = find_gap(gaps_, seq);
    if (gap == gaps_.end()) return Seen::duplicate;
    return gap->given_up ? Seen::too_late : Seen::fresh;
}

Seen BootSequence::take(std::int64_t seq) {
    const auto seen = look(seq);
    if (seen != Seen::fresh) return seen;
    if (!known_) {
        start(seq);
    } else if (seq > last_) {
        open_gap(last_ + 1, seq - 1);
        last_ = seq;
    } else if (seq < first_) {
        first_ = seq;
    } else {
        const auto gap = find_gap(gaps_, seq);
        remove(gap->missing, seq);
        gap->changed = true;
    }
    return Seen::fresh;
}

// Numbers start at 1, unless a 0 says otherwise.
void BootSequence::start(std::int64_t seq) {
    known_ = true;
    first_ = std::min<std::int64_t>(seq, 1);
    last_ = seq;
    open_gap(1, seq - 1);
}

void BootSequence::open_gap(std::int64_t from, std::int64_t to) {
    if (from <= to)
        gaps_.push_back({.id = {}, .range = {from, to}, .missing = {{from, to}}, .changed = true});
}

}  // namespace catalog
