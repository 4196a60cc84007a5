// Every SQL statement about the audit log. It is read and added to, nothing else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contracts/audit_chain.hpp"
#include "postgres/database.hpp"

namespace auth {

struct AuditFilter {
    std::optional<std::string> action;
    std::optional<std::string> subject;
    std::optional<std::string> object;
    std::optional<std::string> outcome;
    std::optional<core::Time> after;
    std::optional<core::Time> before;
    std::int64_t starting_after = 0;  // a seq
    bool oldest_first = false;
    int limit = 20;
};

namespace store {

using postgres::Transaction;

// Nobody else adds to the log until the transaction ends.
void lock_audit_log(Transaction& tx);
struct AuditHead {
    std::int64_t seq;
    std::string sha256;
};
AuditHead audit_head(Transaction& tx);
void insert_audit_entries(Transaction& tx, std::span<const contracts::AuditEntry> entries);
void insert_waiting_entry(Transaction& tx, const std::string& entry);
// Taken out of the table, in their order.
std::vector<std::string> take_waiting_entries(Transaction& tx, int most);
// Of one entry; nothing when it is not there any more.
std::optional<std::int64_t> first_waiting_entry(Transaction& tx);
std::optional<std::string> take_waiting_entry(Transaction& tx, std::int64_t id);
// Kept for people to look at; it waits for nothing any more.
void set_aside(Transaction& tx, const std::string& entry, const std::string& fault);
std::vector<contracts::AuditEntry> list_audit_entries(Transaction& tx, const AuditFilter& filter);
// Ascending from behind `seq`.
std::vector<contracts::AuditEntry> audit_entries_after(Transaction& tx, std::int64_t seq, int limit);

}  // namespace store
}  // namespace auth
