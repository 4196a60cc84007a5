// What a client agreed to or took back: entries that are added and never changed. Pure.
#pragma once

#include <string>

#include "core/clock.hpp"
#include "core/id.hpp"

namespace clients {

using ConsentId = core::Id<"con">;

struct ConsentDraft {
    std::string purpose;         // newsletter
    bool granted;                // false: withdrawn
    std::string policy_version;  // of the text that was shown
    std::string source;          // where it was said
};

struct Consent {
    ConsentId id;
    ConsentDraft draft;
    core::Time at;
};

}  // namespace clients
