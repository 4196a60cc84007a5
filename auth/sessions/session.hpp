// Refresh tokens: each is used once and exchanged for the next. One that is used again was stolen, or its
// answer got lost. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "core/clock.hpp"

namespace auth {

struct SessionLife {
    std::chrono::seconds idle;              // a token that is not used so long is worth nothing
    std::chrono::seconds absolute;          // so is any, so long after the login
    std::chrono::milliseconds lost_answer;  // within it a used token may ask for its answer again
};

enum class Refresh {
    exchange,  // its first use
    repeat,    // the same answer again: the first one got lost on its way
    reuse,     // somebody else has it as well: the whole session ends
    refused,   // over: expired or revoked
};

struct RefreshCase {
    core::Time session_ends;
    bool revoked;
    core::Time token_ends;
    std::optional<core::Time> used_at;
    bool successor_used;
};

// Who has used the successor has had the answer, so a token that comes again after that was stolen, at once.
inline Refresh judge(const RefreshCase& it, const SessionLife& life, core::Time now) {
    if (it.revoked || now >= it.session_ends) return Refresh::refused;
    if (!it.used_at) return now < it.token_ends ? Refresh::exchange : Refresh::refused;
    if (!it.successor_used && now - *it.used_at <= life.lost_answer) return Refresh::repeat;
    return Refresh::reuse;
}

}  // namespace auth
