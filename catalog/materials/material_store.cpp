#include "catalog/materials/material_store.hpp"

#include "catalog/stock/row.hpp"

namespace catalog::store {
namespace {

constexpr auto kSelectMaterials =
    sql("SELECT code, name, description, unit, active, on_hand_micro, reserved_micro, version, ",
        select_times("created_at", "updated_at"), " FROM materials LEFT JOIN ", kBalances,
        " ON item = 'material:' || code ");

constexpr auto kSelectLots =
    sql("SELECT lot, supplier, received_micro, consumed_micro, ", select_times("created_at"), " FROM lots ");

Material read_material(const postgres::Row& row) {
    return {.draft = {.code = row["code"].c_str(),
                      .name = row["name"].c_str(),
                      .description = row["description"].c_str(),
                      .unit = unit(row["unit"]),
                      .active = row["active"].as<bool>()},
            .stock = balance(row),
            .version = row["version"].as<std::int64_t>(),
            .created_at = read_time(row["created_at"]),
            .updated_at = read_time(row["updated_at"])};
}

std::optional<Material> read_first_material(const postgres::Rows& rows) {
    if (rows.empty()) return {};
    return read_material(rows.front());
}

std::vector<Lot> read_lots(const postgres::Rows& rows) {
    std::vector<Lot> lots;
    for (const auto& row : rows) {
        lots.push_back({.lot = row["lot"].c_str(),
                        .supplier = row["supplier"].c_str(),
                        .received = quantity(row["received_micro"]),
                        .consumed = quantity(row["consumed_micro"]),
                        .created_at = read_time(row["created_at"])});
    }
    return lots;
}

}  // namespace

constexpr auto kInsertMaterial = R"sql(
    INSERT INTO materials (code, name, description, unit, active)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
)sql";
bool insert_material(Transaction& tx, const MaterialDraft& draft) {
    return tx.exec(kInsertMaterial, draft.code, draft.name, draft.description, std::string{draft.unit.code()},
                   draft.active)
               .affected_rows() == 1;
}

constexpr auto kFindMaterial = sql(kSelectMaterials, "WHERE code = $1");
std::optional<Material> find_material(Transaction& tx, const std::string& code) {
    return read_first_material(tx.exec(kFindMaterial, code));
}

constexpr auto kFindMaterialForUpdate =
    sql(kSelectMaterials, "WHERE code = $1 FOR NO KEY UPDATE OF materials");
std::optional<Material> find_material_for_update(Transaction& tx, const std::string& code) {
    return read_first_material(tx.exec(kFindMaterialForUpdate, code));
}

constexpr auto kSaveMaterial = R"sql(
    UPDATE materials
       SET name = $2, description = $3, active = $4, version = version + 1, updated_at = now()
     WHERE code = $1
)sql";
void save_material(Transaction& tx, const MaterialDraft& draft) {
    tx.exec(kSaveMaterial, draft.code, draft.name, draft.description, draft.active);
}

constexpr auto kListMaterials =
    sql(kSelectMaterials, "WHERE ($1::boolean IS NULL OR active = $1) AND code > $2 ORDER BY code LIMIT $3");
std::vector<Material> list_materials(Transaction& tx, std::optional<bool> active, const rest::Page& page) {
    std::vector<Material> materials;
    for (const auto& row : tx.exec(kListMaterials, active, page.starting_after, page.limit + 1))
        materials.push_back(read_material(row));
    return materials;
}

constexpr auto kInsertLot = R"sql(
    INSERT INTO lots (material, lot, supplier, received_micro) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING
)sql";
bool insert_lot(Transaction& tx, const std::string& material, const Lot& lot) {
    return tx.exec(kInsertLot, material, lot.lot, lot.supplier, lot.received.micro()).affected_rows() == 1;
}

constexpr auto kFindLot = sql(kSelectLots, "WHERE material = $1 AND lot = $2");
std::optional<Lot> find_lot(Transaction& tx, const std::string& material, const std::string& lot) {
    auto lots = read_lots(tx.exec(kFindLot, material, lot));
    if (lots.empty()) return {};
    return std::move(lots.front());
}

constexpr auto kListLots = sql(kSelectLots, "WHERE material = $1 AND lot > $2 ORDER BY lot LIMIT $3");
std::vector<Lot> list_lots(Transaction& tx, const std::string& material, const rest::Page& page) {
    return read_lots(tx.exec(kListLots, material, page.starting_after, page.limit + 1));
}

constexpr auto kNewestLots =
    sql(kSelectLots, "WHERE material = $1 ORDER BY created_at DESC, lot DESC LIMIT $2");
std::vector<Lot> newest_lots(Transaction& tx, const std::string& material, int limit) {
    return read_lots(tx.exec(kNewestLots, material, limit));
}

}  // namespace catalog::store
