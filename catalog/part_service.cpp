#include "catalog/part_service.hpp"

#include <algorithm>

#include "catalog/part_store.hpp"

namespace catalog {
namespace {

using base::Result;
using store::Transaction;

base::Error no_part(const std::string& number) {
    return base::not_found("no part " + number);
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

}  // namespace

Result<PartWithRevisions> Parts::create(Transaction& tx, const PartDraft& draft) {
    if (!store::insert_part(tx, draft)) return base::conflict("there is a part " + draft.number + " already");
    if (draft.revision) store::insert_revision(tx, draft.number, *draft.revision, "");
    return load(tx, draft.number);
}

Result<PartWithRevisions> Parts::find(const std::string& number) {
    return db_.transact([&](Transaction& tx) { return load(tx, number); });
}

std::vector<Part> Parts::list(std::optional<bool> active, const base::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_parts(tx, active, page); });
}

Result<PartWithRevisions> Parts::change(const std::string& number, const base::VersionTest& expected,
                                        const Edit& edit) {
    return db_.transact([&](Transaction& tx) -> Result<PartWithRevisions> {
        const auto before = store::find_part_for_update(tx, number);
        if (!before) return no_part(number);
        if (expected && !expected(before->version)) return base::outdated();
        const auto draft = edit(before->said);
        if (!draft) return draft.error();
        if (draft->revision && !has_revision(tx, *draft, *draft->revision))
            return base::invalid("revision", "must be one of the part's revisions");
        if (*draft != before->said) store::save_part(tx, *draft);
        return load(tx, number);
    });
}

Result<PartWithRevisions> Parts::add_revision(Transaction& tx, const std::string& number,
                                              const NewRevision& revision) {
    auto part = store::find_part_for_update(tx, number);
    if (!part) return no_part(number);
    if (!store::insert_revision(tx, number, revision.revision, revision.note))
        return base::conflict("the part has a revision " + revision.revision + " already");
    if (revision.in_force) part->said.revision = revision.revision;
    store::save_part(tx, part->said);
    return load(tx, number);
}

}  // namespace catalog
