#include "auth/audit.hpp"

namespace auth {
namespace {

using base::AuditEntry;
using base::pg::Transaction;

AuditEntry entry_of(const Origin& origin, const AuditDraft& draft) {
    AuditEntry entry{.seq = 0,
                     .at = {},
                     .action = draft.action,
                     .subject = {},
                     .role = {},
                     .object = draft.object,
                     .outcome = std::string{base::name_of(base::kAuditOutcomes, draft.outcome)},
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

Origin Origin::of(const base::http::Request& request) {
    return {request.request_id, base::address_of(request), request.caller, request.trace};
}

Origin Origin::ours() {
    return {"", "", std::nullopt, base::Trace::continue_from("")};
}

void append(Transaction& tx, std::vector<AuditEntry> entries) {
    if (entries.empty()) return;
    store::lock_audit_log(tx);
    auto [seq, previous] = store::audit_head(tx);
    const auto now = base::now();
    for (auto& entry : entries) {
        entry.seq = ++seq;
        if (entry.at == base::Time{}) entry.at = now;
        entry.sha256 = base::audit_digest(previous, entry);
        previous = entry.sha256;
    }
    store::insert_audit_entries(tx, entries);
}

void record(Transaction& tx, const Origin& origin, std::span<const AuditDraft> drafts) {
    std::vector<AuditEntry> entries;
    for (const auto& draft : drafts) entries.push_back(entry_of(origin, draft));
    append(tx, std::move(entries));
}

void record(Transaction& tx, const Origin& origin, const AuditDraft& draft) {
    record(tx, origin, {&draft, 1});
}

void record_later(Transaction& tx, const AuditEntry& entry) {
    store::insert_waiting_entry(tx, base::to_json(entry).dump());
}

bool append_waiting(base::pg::Database& db) {
    constexpr int kAtOnce = 500;
    return db.transact([&](Transaction& tx) {
        std::vector<AuditEntry> entries;
        for (const auto& text : store::take_waiting_entries(tx, kAtOnce))
            entries.push_back(*base::audit_entry_from_json(base::json::Value::parse(text)));
        const bool more = entries.size() == kAtOnce;
        append(tx, std::move(entries));
        return more;
    });
}

AuditLog::Page AuditLog::list(const AuditFilter& filter) {
    return db_.transact([&](Transaction& tx) {
        auto entries = store::list_audit_entries(tx, filter);
        const bool has_more = entries.size() > static_cast<std::size_t>(filter.limit);
        if (has_more) entries.pop_back();
        return Page{std::move(entries), has_more};
    });
}

AuditVerification AuditLog::verify() {
    constexpr int kAtOnce = 1000;
    base::AuditWalk walk;
    for (bool more = true; more && walk.fault().empty();) {
        const auto entries =
            db_.single([&](Transaction& tx) { return store::audit_entries_after(tx, walk.seq(), kAtOnce); });
        for (const auto& entry : entries) {
            if (!walk.take(entry)) break;
        }
        more = entries.size() == kAtOnce;
    }
    return {walk.seq(), walk.sha256(), walk.fault()};
}

}  // namespace auth
