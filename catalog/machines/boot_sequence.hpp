// Which messages of one boot of a machine were taken in, and which are missing. Pure.
//
// A machine numbers its messages from 1 (or 0) within a boot. Taken in are all from `first` to `last` but for
// what the gaps miss; this alone decides whether a message is new.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace catalog {

struct SeqRange {
    std::int64_t from;
    std::int64_t to;  // inclusive
    bool operator==(const SeqRange&) const = default;
};

// PostgreSQL's int8multirange: {[3,5),[7,8)} is 3 to 4, and 7.
std::vector<SeqRange> parse_ranges(std::string_view multirange);
std::string to_multirange(const std::vector<SeqRange>& ranges);

struct Gap {
    std::string id;                 // empty: opened just now
    SeqRange range;                 // as it was detected
    std::vector<SeqRange> missing;  // in order
    bool given_up = false;          // nobody waits for it any more
    bool changed = false;
};

enum class Seen {
    fresh,
    duplicate,
    too_late,  // of a gap that was given up
};

class BootSequence {
public:
    // Nothing of this boot was taken in.
    BootSequence() = default;
    BootSequence(std::int64_t first, std::int64_t last) : first_(first), last_(last), known_(true) {}

    // Gaps that hold numbers about to be taken; others need not be told.
    void add_gap(Gap gap) { gaps_.push_back(std::move(gap)); }

    Seen take(std::int64_t seq);
    // What `take` would say.
    Seen look(std::int64_t seq) const;

    bool is_known() const { return known_; }
    std::int64_t first() const { return first_; }
    std::int64_t last() const { return last_; }
    const std::vector<Gap>& gaps() const { return gaps_; }

private:
    void start(std::int64_t seq);
    void open_gap(std::int64_t from, std::int64_t to);

    std::int64_t first_ = 0;
    std::int64_t last_ = 0;
    bool known_ = false;
    std::vector<Gap> gaps_;
};

}  // namespace catalog
