#include "auth/audit/audit_log.hpp"

namespace auth {
namespace {

using contracts::AuditEntry;
using postgres::Transaction;

AuditEntry entry_of(const RequestOrigin& origin, const AuditDraft& draft) {
    AuditEntry entry{.seq = 0,
                     .at = {},
                     .action = draft.action,
                     .subject = {},
                     .role = {},
                     .object = draft.object,
                     .outcome = std::string{core::name_of(events::kAuditOutcomes, draft.outcome)},
                     .request_id = origin.request_id,
                     .address = origin.address,
                     .details = draft.details.dump(),
                     .sha256 = {}};
    if (origin.caller) {
        entry.subject = origin.caller->subject;
        entry.role = std::string{to_string(origin.caller->role)};
    }
    return entry;
}

}  // namespace

RequestOrigin RequestOrigin::of(const http::Request& request) {
    return {request.request_id, events::address_of(request), request.caller, request.trace};
}

RequestOrigin RequestOrigin::ours() {
    return {"", "", std::nullopt, telemetry::Trace::continue_from("")};
}

void append(Transaction& tx, std::vector<AuditEntry> entries) {
    if (entries.empty()) return;
    store::lock_audit_log(tx);
    auto [seq, previous] = store::audit_head(tx);
    const auto now = core::now();
    for (auto& entry : entries) {
        entry.seq = ++seq;
        if (entry.at == core::Time{}) entry.at = now;
        entry.sha256 = contracts::audit_digest(previous, entry);
        previous = entry.sha256;
    }
    store::insert_audit_entries(tx, entries);
}

void record(Transaction& tx, const RequestOrigin& origin, std::span<const AuditDraft> drafts) {
    std::vector<AuditEntry> entries;
    for (const auto& draft : drafts) entries.push_back(entry_of(origin, draft));
    append(tx, std::move(entries));
}

void record(Transaction& tx, const RequestOrigin& origin, const AuditDraft& draft) {
    record(tx, origin, {&draft, 1});
}

void record_later(Transaction& tx, const AuditEntry& entry) {
    store::insert_waiting_entry(tx, contracts::to_json(entry).dump());
}

void record_later(Transaction& tx, const RequestOrigin& origin, const AuditDraft& draft) {
    auto entry = entry_of(origin, draft);
    entry.at = core::now();
    record_later(tx, entry);
}

// What PostgreSQL takes and its indexes hold, so that one entry never stops the others.
std::string fault_of(const AuditEntry& entry) {
    constexpr std::size_t kLongest = 1000;
    constexpr std::size_t kLongestDetails = 65536;
    const auto first = core::from_unix_s(946'684'800);   // 2000
    const auto last = core::from_unix_s(4'102'444'800);  // 2100
    if (entry.at < first || entry.at > last) return "the time is none of ours";
    const std::string none;
    for (const auto* text : {&entry.action, &entry.object, &entry.outcome, &entry.request_id, &entry.address,
                             entry.subject ? &*entry.subject : &none, entry.role ? &*entry.role : &none}) {
        if (text->size() > kLongest) return "a text is too long";
        if (text->find('\0') != std::string::npos) return "a text has a character that can't be kept";
    }
    if (!core::find_name(events::kAuditOutcomes, entry.outcome)) return "the outcome is none";
    if (entry.details.size() > kLongestDetails) return "the details are too long";
    if (entry.details.find("\\u0000") != std::string::npos)
        return "the details have a character that can't be kept";
    return "";
}

namespace {

// Those that can be kept; the others are set aside.
std::vector<AuditEntry> sound(Transaction& tx, std::span<const std::string> waiting) {
    std::vector<AuditEntry> entries;
    for (const auto& text : waiting) {
        auto entry = contracts::audit_entry_from_json(core::json::Value::parse(text, false));
        const auto fault = entry ? fault_of(*entry) : entry.error().detail;
        if (fault.empty())
            entries.push_back(*std::move(entry));
        else
            store::set_aside(tx, text, fault);
    }
    return entries;
}

bool append_some(postgres::Database& db) {
    constexpr int kAtOnce = 500;
    return db.transact([&](Transaction& tx) {
        const auto waiting = store::take_waiting_entries(tx, kAtOnce);
        append(tx, sound(tx, waiting));
        return waiting.size() == kAtOnce;
    });
}

// Only the one to blame stays behind.
void append_alone(postgres::Database& db, std::int64_t id) {
    try {
        db.transact([&](Transaction& tx) {
            if (const auto text = store::take_waiting_entry(tx, id)) append(tx, sound(tx, {&*text, 1}));
        });
    } catch (const postgres::SqlError& error) {
        if (!error.is_about_data()) throw;
        db.transact([&](Transaction& tx) {
            if (const auto text = store::take_waiting_entry(tx, id))
                store::set_aside(tx, *text, "it can't be kept");
        });
    }
}

}  // namespace

bool append_waiting(postgres::Database& db) {
    try {
        return append_some(db);
    } catch (const postgres::SqlError& error) {
        if (!error.is_about_data()) throw;
        const auto id = db.single([](Transaction& tx) { return store::first_waiting_entry(tx); });
        if (id) append_alone(db, *id);
        return id.has_value();
    }
}

AuditLog::Page AuditLog::list(const AuditFilter& filter) {
    return db_.transact([&](Transaction& tx) {
        auto entries = store::list_audit_entries(tx, filter);
        const bool has_more = entries.size() > static_cast<std::size_t>(filter.limit);
        if (has_more) entries.pop_back();
        return Page{std::move(entries), has_more};
    });
}

AuditVerification AuditLog::verify(const AuditMark& behind, int limit) {
    constexpr int kAtOnce = 1000;
    if (behind.seq > 0) {
        const auto noted =
            db_.single([&](Transaction& tx) { return store::audit_entries_after(tx, behind.seq - 1, 1); });
        if (noted.empty() || noted.front().seq != behind.seq || noted.front().sha256 != behind.sha256) {
            auto fault = "entry " + std::to_string(behind.seq) + " is not the one that was noted";
            return {behind.seq - 1, behind.sha256, std::move(fault), false};
        }
    }
    contracts::AuditWalk walk{behind.seq, behind.sha256};
    const auto last = behind.seq + limit;
    bool more = true;
    while (more && walk.fault().empty() && walk.seq() < last) {
        const auto most = static_cast<int>(std::min<std::int64_t>(kAtOnce, last - walk.seq()));
        const auto entries =
            db_.single([&](Transaction& tx) { return store::audit_entries_after(tx, walk.seq(), most); });
        for (const auto& entry : entries) {
            if (!walk.take(entry)) break;
        }
        more = std::ssize(entries) == most;
    }
    return {walk.seq(), walk.sha256(), walk.fault(), more && walk.fault().empty()};
}

}  // namespace auth
