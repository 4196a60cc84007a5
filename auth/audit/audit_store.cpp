#include "auth/audit/audit_store.hpp"

#include "postgres/sql.hpp"

namespace auth::store {
namespace {

using postgres::sql;

constexpr auto kSelectEntries =
    sql("SELECT seq, ", postgres::select_times("at"),
        ", action, subject, role, object, outcome, request_id, address, details, sha256 FROM audit_log ");

contracts::AuditEntry read_entry(const postgres::Row& row) {
    return {.seq = row["seq"].as<std::int64_t>(),
            .at = postgres::read_time(row["at"]),
            .action = row["action"].c_str(),
            .subject = postgres::read_optional<std::string>(row["subject"]),
            .role = postgres::read_optional<std::string>(row["role"]),
            .object = row["object"].c_str(),
            .outcome = row["outcome"].c_str(),
            .request_id = row["request_id"].c_str(),
            .address = row["address"].c_str(),
            .details = row["details"].c_str(),
            .sha256 = row["sha256"].c_str()};
}

std::vector<contracts::AuditEntry> read_entries(const postgres::Rows& rows) {
    std::vector<contracts::AuditEntry> entries;
    for (const auto& row : rows) entries.push_back(read_entry(row));
    return entries;
}

void add(postgres::TextArray& array, const std::optional<std::string>& text) {
    if (text)
        array.add(*text);
    else
        array.add_null();
}

std::optional<std::int64_t> unix_us(const std::optional<core::Time>& time) {
    if (!time) return {};
    return core::to_unix_us(*time);
}

}  // namespace

constexpr auto kLockAuditLog = R"sql(
    SELECT pg_advisory_xact_lock(7214386310)
)sql";
void lock_audit_log(Transaction& tx) {
    tx.exec(kLockAuditLog);
}

constexpr auto kAuditHead = R"sql(
    SELECT seq, sha256 FROM audit_log ORDER BY seq DESC LIMIT 1
)sql";
AuditHead audit_head(Transaction& tx) {
    const auto rows = tx.exec(kAuditHead);
    if (rows.empty()) return {0, contracts::first_audit_digest()};
    return {rows.front()[0].as<std::int64_t>(), rows.front()[1].c_str()};
}

constexpr auto kInsertAuditEntries = R"sql(
    INSERT INTO audit_log (seq, at, action, subject, role, object, outcome, request_id, address, details, sha256)
    SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],
                         $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
)sql";
void insert_audit_entries(Transaction& tx, std::span<const contracts::AuditEntry> entries) {
    postgres::BigintArray seq;
    postgres::TimeArray at;
    postgres::TextArray action, subject, role, object, outcome, request_id, address, details, sha256;
    for (const auto& entry : entries) {
        seq.add(entry.seq);
        at.add(entry.at);
        action.add(entry.action);
        add(subject, entry.subject);
        add(role, entry.role);
        object.add(entry.object);
        outcome.add(entry.outcome);
        request_id.add(entry.request_id);
        address.add(entry.address);
        details.add(entry.details);
        sha256.add(entry.sha256);
    }
    tx.exec(kInsertAuditEntries, seq.parameter(), at.parameter(), action.parameter(), subject.parameter(),
            role.parameter(), object.parameter(), outcome.parameter(), request_id.parameter(),
            address.parameter(), details.parameter(), sha256.parameter());
}

constexpr auto kInsertWaitingEntry = R"sql(
    INSERT INTO audit_waiting (entry) VALUES ($1)
)sql";
void insert_waiting_entry(Transaction& tx, const std::string& entry) {
    tx.exec(kInsertWaitingEntry, entry);
}

constexpr auto kTakeWaitingEntries = R"sql(
    WITH taken AS (
        DELETE FROM audit_waiting
         WHERE id IN (SELECT id FROM audit_waiting WHERE fault IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING id, entry)
    SELECT entry FROM taken ORDER BY id
)sql";
std::vector<std::string> take_waiting_entries(Transaction& tx, int most) {
    std::vector<std::string> entries;
    for (const auto& row : tx.exec(kTakeWaitingEntries, most)) entries.emplace_back(row[0].c_str());
    return entries;
}

constexpr auto kFirstWaitingEntry = R"sql(
    SELECT id FROM audit_waiting WHERE fault IS NULL ORDER BY id LIMIT 1
)sql";
std::optional<std::int64_t> first_waiting_entry(Transaction& tx) {
    const auto rows = tx.exec(kFirstWaitingEntry);
    if (rows.empty()) return {};
    return rows.front()[0].as<std::int64_t>();
}

constexpr auto kTakeWaitingEntry = R"sql(
    DELETE FROM audit_waiting WHERE id = $1 AND fault IS NULL RETURNING entry
)sql";
std::optional<std::string> take_waiting_entry(Transaction& tx, std::int64_t id) {
    const auto rows = tx.exec(kTakeWaitingEntry, id);
    if (rows.empty()) return {};
    return rows.front()[0].c_str();
}

constexpr auto kSetAside = R"sql(
    INSERT INTO audit_waiting (entry, fault) VALUES ($1, $2)
)sql";
void set_aside(Transaction& tx, const std::string& entry, const std::string& fault) {
    tx.exec(kSetAside, entry, fault);
}

constexpr auto kListNewestFirst = sql(kSelectEntries, R"sql(
     WHERE ($1::text IS NULL OR action = $1)
       AND ($2::text IS NULL OR subject = $2)
       AND ($3::text IS NULL OR object = $3)
       AND ($4::text IS NULL OR outcome = $4)
       AND ($5::bigint IS NULL OR at > 'epoch'::timestamptz + $5 * interval '1 microsecond')
       AND ($6::bigint IS NULL OR at < 'epoch'::timestamptz + $6 * interval '1 microsecond')
       AND ($7 = 0 OR seq < $7)
     ORDER BY seq DESC
     LIMIT $8
)sql");
constexpr auto kListOldestFirst = sql(kSelectEntries, R"sql(
     WHERE ($1::text IS NULL OR action = $1)
       AND ($2::text IS NULL OR subject = $2)
       AND ($3::text IS NULL OR object = $3)
       AND ($4::text IS NULL OR outcome = $4)
       AND ($5::bigint IS NULL OR at > 'epoch'::timestamptz + $5 * interval '1 microsecond')
       AND ($6::bigint IS NULL OR at < 'epoch'::timestamptz + $6 * interval '1 microsecond')
       AND seq > $7
     ORDER BY seq
     LIMIT $8
)sql");
std::vector<contracts::AuditEntry> list_audit_entries(Transaction& tx, const AuditFilter& filter) {
    tx.plan_for_values();
    const std::string_view list = filter.oldest_first ? std::string_view{kListOldestFirst} : kListNewestFirst;
    return read_entries(tx.exec(list, filter.action, filter.subject, filter.object, filter.outcome,
                                unix_us(filter.after), unix_us(filter.before), filter.starting_after,
                                filter.limit + 1));
}

constexpr auto kEntriesAfter = sql(kSelectEntries, "WHERE seq > $1 ORDER BY seq LIMIT $2");
std::vector<contracts::AuditEntry> audit_entries_after(Transaction& tx, std::int64_t seq, int limit) {
    return read_entries(tx.exec(kEntriesAfter, seq, limit));
}

}  // namespace auth::store
