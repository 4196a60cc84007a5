// What can be done with parts: register and change them, give them revisions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/csv/import_report.hpp"
#include "catalog/parts/part.hpp"
#include "core/result.hpp"
#include "postgres/database.hpp"
#include "rest/etag.hpp"
#include "rest/page.hpp"

namespace catalog {

using PartRow = ImportRow<PartDraft>;

class Parts {
public:
    explicit Parts(postgres::Database& db) : db_(db) {}

    // A step of `once`. `conflict` when the number is taken.
    core::Result<PartWithRevisions> create(postgres::Transaction& tx, const PartDraft& draft);
    core::Result<PartWithRevisions> find(const std::string& number);
    std::vector<Part> list(std::optional<bool> active, const rest::Page& page);
    using Edit = std::function<core::Result<PartDraft>(const PartDraft& before)>;
    // `invalid` when the revision is none of the part's.
    core::Result<PartWithRevisions> change(const std::string& number, const rest::VersionTest& expected,
                                           const Edit& edit);

    struct NewRevision {
        std::string revision;
        std::string note;
        bool in_force;
    };
    // A step of `once`. `conflict` when the part has it.
    core::Result<PartWithRevisions> add_revision(postgres::Transaction& tx, const std::string& number,
                                                 const NewRevision& revision);

    // Registers the parts there are not and changes the others; each row stands for itself. A dry run changes
    // nothing and reports the same.
    ImportReport import(const std::vector<PartRow>& rows, bool dry_run);

private:
    postgres::Database& db_;
};

}  // namespace catalog
