// What can be done with parts: register and change them, give them revisions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rest/etag.hpp"
#include "rest/page.hpp"
#include "postgres/database.hpp"
#include "core/result.hpp"
#include "catalog/csv/import_report.hpp"
#include "catalog/parts/part.hpp"

namespace catalog {

using PartRow = ImportRow<PartDraft>;

class Parts {
public:
    explicit Parts(base::pg::Database& db) : db_(db) {}

    // A step of `base::once`. `conflict` when the number is taken.
    base::Result<PartWithRevisions> create(base::pg::Transaction& tx, const PartDraft& draft);
    base::Result<PartWithRevisions> find(const std::string& number);
    std::vector<Part> list(std::optional<bool> active, const base::Page& page);
    using Edit = std::function<base::Result<PartDraft>(const PartDraft& before)>;
    // `invalid` when the revision is none of the part's.
    base::Result<PartWithRevisions> change(const std::string& number, const base::VersionTest& expected,
                                           const Edit& edit);

    struct NewRevision {
        std::string revision;
        std::string note;
        bool in_force;
    };
    // A step of `base::once`. `conflict` when the part has it.
    base::Result<PartWithRevisions> add_revision(base::pg::Transaction& tx, const std::string& number,
                                                 const NewRevision& revision);

    // Registers the parts there are not and changes the others; each row stands for itself. A dry run changes
    // nothing and reports the same.
    ImportReport import(const std::vector<PartRow>& rows, bool dry_run);

private:
    base::pg::Database& db_;
};

}  // namespace catalog
