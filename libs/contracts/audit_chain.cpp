#include "contracts/audit_chain.hpp"

#include "core/digest.hpp"

namespace contracts {
namespace {

core::json::Value or_null(const std::optional<std::string>& text) {
    return text ? core::json::Value(*text) : core::json::Value();
}

// No two entries have the same text: JSON tells where each field ends.
std::string canonical(const AuditEntry& entry) {
    return core::json::Value::array({entry.seq, core::to_rfc3339(entry.at), entry.action,
                                     or_null(entry.subject), or_null(entry.role), entry.object, entry.outcome,
                                     entry.request_id, entry.address, entry.details})
        .dump();
}

std::optional<std::string> optional_text(const core::json::Value& value) {
    if (value.is_null()) return {};
    return value.get<std::string>();
}

}  // namespace

std::string first_audit_digest() {
    return std::string(64, '0');
}

std::string audit_digest(const std::string& previous, const AuditEntry& entry) {
    return core::sha256_hex(previous + "\n" + canonical(entry));
}

bool AuditWalk::take(const AuditEntry& entry) {
    if (!fault_.empty()) return false;
    if (entry.seq != seq_ + 1) {
        fault_ = "entry " + std::to_string(seq_ + 1) + " is missing";
    } else if (entry.sha256 != audit_digest(sha256_, entry)) {
        fault_ =
            "entry " + std::to_string(entry.seq) + " is not what was written, or the one before it is not";
    }
    if (!fault_.empty()) return false;
    seq_ = entry.seq;
    sha256_ = entry.sha256;
    return true;
}

core::json::Value to_json(const AuditEntry& entry) {
    return {{"seq", entry.seq},
            {"at", core::to_rfc3339(entry.at)},
            {"action", entry.action},
            {"subject", or_null(entry.subject)},
            {"role", or_null(entry.role)},
            {"object", entry.object},
            {"outcome", entry.outcome},
            {"request_id", entry.request_id},
            {"address", entry.address},
            {"details", entry.details},
            {"sha256", entry.sha256}};
}

core::Result<AuditEntry> audit_entry_from_json(const core::json::Value& value) {
    try {
        const auto at = core::parse_rfc3339(value.at("at").get<std::string>());
        if (!at) return core::malformed("an entry's time is not readable");
        return AuditEntry{.seq = value.at("seq").get<std::int64_t>(),
                          .at = *at,
                          .action = value.at("action").get<std::string>(),
                          .subject = optional_text(value.at("subject")),
                          .role = optional_text(value.at("role")),
                          .object = value.at("object").get<std::string>(),
                          .outcome = value.at("outcome").get<std::string>(),
                          .request_id = value.at("request_id").get<std::string>(),
                          .address = value.at("address").get<std::string>(),
                          .details = value.at("details").get<std::string>(),
                          .sha256 = value.at("sha256").get<std::string>()};
    } catch (const core::json::ValueError&) {
        return core::malformed("this is not an entry of the audit log");
    }
}

}  // namespace contracts
