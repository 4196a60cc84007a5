#include "catalog/parts/part_store.hpp"

#include "catalog/stock/row.hpp"

namespace catalog::store {
namespace {

constexpr auto kSelectParts =
    sql("SELECT number, name, description, unit, revision, active, attributes, on_hand_micro, "
        "reserved_micro, version, ",
        select_times("created_at", "updated_at"), " FROM parts LEFT JOIN ", kBalances,
        " ON item = 'part:' || number ");

Part read_part(const postgres::Row& row) {
    return {.draft = {.number = row["number"].c_str(),
                      .name = row["name"].c_str(),
                      .description = row["description"].c_str(),
                      .unit = unit(row["unit"]),
                      .revision = read_optional<std::string>(row["revision"]),
                      .active = row["active"].as<bool>(),
                      .attributes = attributes(row["attributes"])},
            .stock = balance(row),
            .version = row["version"].as<std::int64_t>(),
            .created_at = read_time(row["created_at"]),
            .updated_at = read_time(row["updated_at"])};
}

std::optional<Part> read_first_part(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return read_part(rows.front());
}

}  // namespace

constexpr auto kInsertPart = R"sql(
    INSERT INTO parts (number, name, description, unit, revision, active, attributes)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING
)sql";
bool insert_part(Transaction& tx, const PartDraft& draft) {
    return tx.exec(kInsertPart, draft.number, draft.name, draft.description, std::string{draft.unit.code()},
                   draft.revision, draft.active, stored(draft.attributes))
               .affected_rows() == 1;
}

constexpr auto kFindPart = sql(kSelectParts, "WHERE number = $1");
std::optional<Part> find_part(Transaction& tx, const std::string& number) {
    return read_first_part(tx.exec(kFindPart, number));
}

constexpr auto kFindPartForUpdate = sql(kSelectParts, "WHERE number = $1 FOR NO KEY UPDATE OF parts");
std::optional<Part> find_part_for_update(Transaction& tx, const std::string& number) {
    return read_first_part(tx.exec(kFindPartForUpdate, number));
}

constexpr auto kSavePart = R"sql(
    UPDATE parts
       SET name = $2, description = $3, revision = $4, active = $5, attributes = $6, version = version + 1,
           updated_at = now()
     WHERE number = $1
)sql";
void save_part(Transaction& tx, const PartDraft& draft) {
    tx.exec(kSavePart, draft.number, draft.name, draft.description, draft.revision, draft.active,
            stored(draft.attributes));
}

constexpr auto kListParts =
    sql(kSelectParts, "WHERE ($1::boolean IS NULL OR active = $1) AND number > $2 ORDER BY number LIMIT $3");
std::vector<Part> list_parts(Transaction& tx, std::optional<bool> active, const rest::Page& page) {
    std::vector<Part> parts;
    for (const auto& row : tx.exec(kListParts, active, page.starting_after, page.limit + 1))
        parts.push_back(read_part(row));
    return parts;
}

constexpr auto kInsertRevision = R"sql(
    INSERT INTO part_revisions (part, revision, note) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
)sql";
bool insert_revision(Transaction& tx, const std::string& part, const std::string& revision,
                     const std::string& note) {
    return tx.exec(kInsertRevision, part, revision, note).affected_rows() == 1;
}

constexpr auto kRevisions = sql("SELECT revision, note, ", select_times("created_at"), R"sql(
      FROM part_revisions
     WHERE part = $1
     ORDER BY created_at DESC, revision DESC
)sql");
std::vector<Revision> revisions(Transaction& tx, const std::string& part) {
    std::vector<Revision> found;
    for (const auto& row : tx.exec(kRevisions, part)) {
        found.push_back({row["revision"].c_str(), row["note"].c_str(), read_time(row["created_at"])});
    }
    return found;
}

}  // namespace catalog::store
