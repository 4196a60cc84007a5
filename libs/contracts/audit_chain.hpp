// The audit log as a chain: every entry has the digest of itself and of the one before it, so that a change,
// a gap or an entry put between is found by walking along – in the database of `auth`, or in a copy of it
// elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace contracts {

struct AuditEntry {
    std::int64_t seq;
    core::Time at;
    std::string action;                  // auth.login
    std::optional<std::string> subject;  // who: usr_…, cli_…, prg_…
    std::optional<std::string> role;
    std::string object;  // what it was done to
    std::string outcome;
    std::string request_id;
    std::string address;
    std::string details;  // JSON text, byte for byte
    std::string sha256;   // 64 hex digits
};

// What stands before the first entry.
std::string first_audit_digest();
// The digest `entry` must have behind one with `previous`; its own `sha256` is not looked at.
std::string audit_digest(const std::string& previous, const AuditEntry& entry);

// Hand it one entry after the other.
class AuditWalk {
public:
    // From an entry that is known to be right, or from the beginning.
    explicit AuditWalk(std::int64_t seq = 0, std::string sha256 = first_audit_digest())
        : seq_(seq), sha256_(std::move(sha256)) {}
    // False at the first entry that is not what follows: `fault` says why, and nothing more is looked at.
    bool take(const AuditEntry& entry);

    std::int64_t seq() const { return seq_; }  // of the last entry that was right
    const std::string& sha256() const { return sha256_; }
    const std::string& fault() const { return fault_; }

private:
    std::int64_t seq_;
    std::string sha256_;
    std::string fault_;
};

core::json::Value to_json(const AuditEntry& entry);
// Of an export; `details` is taken as the text it was.
core::Result<AuditEntry> audit_entry_from_json(const core::json::Value& value);

}  // namespace contracts
