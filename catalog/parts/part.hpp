// A part: what is made, in which revision, and what one of it is made of. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalog/stock/quantity.hpp"
#include "catalog/stock/stock.hpp"
#include "core/clock.hpp"

namespace catalog {

// What an admin says.
struct PartDraft {
    std::string number;
    std::string name;
    std::string description;
    Unit unit;                            // what it is counted in, for good: its stock is in it
    std::optional<std::string> revision;  // the one in force
    bool active;
    std::map<std::string, std::string> attributes;
    bool operator==(const PartDraft&) const = default;
};

struct Part {
    PartDraft draft;
    Balance stock;  // in the part's unit
    std::int64_t version;
    core::Time created_at;
    core::Time updated_at;
};

struct Revision {
    std::string revision;
    std::string note;
    core::Time created_at;
};

struct PartWithRevisions {
    Part part;
    std::vector<Revision> revisions;  // newest first
};

}  // namespace catalog
