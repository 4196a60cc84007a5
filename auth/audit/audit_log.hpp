// The audit log: what somebody did or tried, written in the transaction in which it was done.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "auth/audit/audit_store.hpp"
#include "events/audit.hpp"
#include "http/message.hpp"
#include "postgres/database.hpp"

namespace auth {

// Where a request came from and whose it was.
struct RequestOrigin {
    std::string request_id;
    std::string address;
    std::optional<http::Caller> caller;
    telemetry::Trace trace;
    static RequestOrigin of(const http::Request& request);
    // Of what this service does by itself.
    static RequestOrigin ours();
};

struct AuditDraft {
    std::string action;
    std::string object;
    events::AuditOutcome outcome = events::AuditOutcome::done;
    core::json::Value details = core::json::Value::object();
};

// Adds to the log. The last a transaction does: from here to its end everybody else who has something to add
// waits.
void record(postgres::Transaction& tx, const RequestOrigin& origin, const AuditDraft& draft);
void record(postgres::Transaction& tx, const RequestOrigin& origin, std::span<const AuditDraft> drafts);
// Entries made elsewhere; seq and digest are given here, and the time of those that have none.
void append(postgres::Transaction& tx, std::vector<contracts::AuditEntry> entries);

// For transactions that go on for long: it gets into the log a moment later.
void record_later(postgres::Transaction& tx, const contracts::AuditEntry& entry);
void record_later(postgres::Transaction& tx, const RequestOrigin& origin, const AuditDraft& draft);
// Why an entry made elsewhere can't be kept as it is; empty when it can.
std::string fault_of(const contracts::AuditEntry& entry);
// Adds what waits; what can't be added is set aside with the reason. True when there may be more.
bool append_waiting(postgres::Database& db);

struct AuditVerification {
    std::int64_t entries;  // that are right, from the first on
    std::string sha256;    // of the last of them
    std::string fault;     // empty: all are right
    bool has_more;
};

// An entry by its seq and digest, as it was noted.
struct AuditMark {
    std::int64_t seq = 0;
    std::string sha256 = contracts::first_audit_digest();
};

class AuditLog {
public:
    explicit AuditLog(postgres::Database& db) : db_(db) {}
    struct Page {
        std::vector<contracts::AuditEntry> entries;
        bool has_more;
    };
    Page list(const AuditFilter& filter);
    // Walks on behind an entry known to be right, at most so many entries.
    AuditVerification verify(const AuditMark& behind, int limit);

private:
    postgres::Database& db_;
};

}  // namespace auth
