#include "catalog/parts/part_service.hpp"

#include <algorithm>

#include "catalog/machines/machine.hpp"
#include "catalog/parts/part_store.hpp"

namespace catalog {
namespace {

using core::Result;
using store::Transaction;

core::Error no_part(const std::string& number) {
    return core::not_found("no part " + number);
}

Result<PartWithRevisions> load(Transaction& tx, const std::string& number) {
    auto part = store::find_part(tx, number);
    if (!part) return no_part(number);
    return PartWithRevisions{*std::move(part), store::revisions(tx, number)};
}

bool has_revision(Transaction& tx, const PartDraft& part, const std::string& revision) {
    const auto all = store::revisions(tx, part.number);
    return std::ranges::find(all, revision, &Revision::revision) != all.end();
}

core::Error no_revision() {
    return core::invalid("revision", "must be one of the part's revisions");
}

bool insert(Transaction& tx, const PartDraft& draft) {
    if (!store::insert_part(tx, draft)) return false;
    if (draft.revision) store::insert_revision(tx, draft.number, *draft.revision, "");
    return true;
}

// Counts what it did in `done`.
std::optional<core::Error> import_row(Transaction& tx, const PartRow& row, bool dry_run, ImportReport& done) {
    // What is no name is no part's; the draft says so.
    const auto before = is_plain_name(row.name) ? store::find_part_for_update(tx, row.name) : std::nullopt;
    const auto draft = row.draft(before ? &before->draft : nullptr);
    if (!draft) return draft.error();
    if (!before) {
        if (!dry_run && !insert(tx, *draft)) return core::invalid("number", "was registered just now");
        ++done.created;
    } else if (*draft == before->draft) {
        ++done.unchanged;
    } else {
        if (draft->revision && !has_revision(tx, *draft, *draft->revision)) return no_revision();
        if (!dry_run) store::save_part(tx, *draft);
        ++done.changed;
    }
    return {};
}

}  // namespace

Result<PartWithRevisions> Parts::create(Transaction& tx, const PartDraft& draft) {
    if (!insert(tx, draft)) return core::conflict("there is a part " + draft.number + " already");
    return load(tx, draft.number);
}

Result<PartWithRevisions> Parts::find(const std::string& number) {
    return db_.transact([&](Transaction& tx) { return load(tx, number); });
}

std::vector<Part> Parts::list(std::optional<bool> active, const rest::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_parts(tx, active, page); });
}

Result<PartWithRevisions> Parts::change(const std::string& number, const rest::VersionTest& expected,
                                        const Edit& edit) {
    return db_.transact([&](Transaction& tx) -> Result<PartWithRevisions> {
        const auto before = store::find_part_for_update(tx, number);
        if (!before) return no_part(number);
        if (expected && !expected(before->version)) return rest::outdated();
        const auto draft = edit(before->draft);
        if (!draft) return draft.error();
        if (draft->revision && !has_revision(tx, *draft, *draft->revision)) return no_revision();
        if (*draft != before->draft) store::save_part(tx, *draft);
        return load(tx, number);
    });
}

Result<PartWithRevisions> Parts::add_revision(Transaction& tx, const std::string& number,
                                              const NewRevision& revision) {
    auto part = store::find_part_for_update(tx, number);
    if (!part) return no_part(number);
    if (!store::insert_revision(tx, number, revision.revision, revision.note))
        return core::conflict("the part has a revision " + revision.revision + " already");
    if (revision.in_force) part->draft.revision = revision.revision;
    store::save_part(tx, part->draft);
    return load(tx, number);
}

ImportReport Parts::import(const std::vector<PartRow>& rows, bool dry_run) {
    return db_.transact([&](Transaction& tx) {
        return import_rows(rows, "number", [&](const PartRow& row, ImportReport& report) {
            return import_row(tx, row, dry_run, report);
        });
    });
}

}  // namespace catalog
