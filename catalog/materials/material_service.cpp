#include "catalog/materials/material_service.hpp"

#include "catalog/materials/material_store.hpp"
#include "catalog/stock/stock_store.hpp"

namespace catalog {
namespace {

using core::Result;
using store::Transaction;

constexpr int kLotsShown = 20;

core::Error no_material(const std::string& code) {
    return core::not_found("no material " + code);
}

Result<MaterialWithLots> load(Transaction& tx, const std::string& code) {
    auto material = store::find_material(tx, code);
    if (!material) return no_material(code);
    return MaterialWithLots{*std::move(material), store::newest_lots(tx, code, kLotsShown)};
}

}  // namespace

Result<MaterialWithLots> Materials::create(Transaction& tx, const MaterialDraft& draft) {
    if (!store::insert_material(tx, draft))
        return core::conflict("there is a material " + draft.code + " already");
    return load(tx, draft.code);
}

Result<MaterialWithLots> Materials::find(const std::string& code) {
    return db_.transact([&](Transaction& tx) { return load(tx, code); });
}

std::vector<Material> Materials::list(std::optional<bool> active, const rest::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_materials(tx, active, page); });
}

Result<MaterialWithLots> Materials::change(const std::string& code, const rest::VersionTest& expected,
                                           const Edit& edit) {
    return db_.transact([&](Transaction& tx) -> Result<MaterialWithLots> {
        const auto before = store::find_material_for_update(tx, code);
        if (!before) return no_material(code);
        if (expected && !expected(before->version)) return rest::outdated();
        const auto draft = edit(before->draft);
        if (!draft) return draft.error();
        if (*draft != before->draft) store::save_material(tx, *draft);
        return load(tx, code);
    });
}

Result<Lot> Materials::add_lot(Transaction& tx, const std::string& code, const ReadLot& read) {
    const auto material = store::find_material(tx, code);
    if (!material) return no_material(code);
    const auto lot = read(material->draft.unit);
    if (!lot) return lot.error();
    if (!store::insert_lot(tx, code, *lot))
        return core::conflict("the material has a lot " + lot->lot + " already");
    if (lot->received != Quantity{}) {
        const Movement received[] = {{.item = stock_item_of_material(code),
                                      .kind = MovementKind::receive,
                                      .on_hand = lot->received,
                                      .reserved = {},
                                      .reference = lot->lot}};
        store::move(tx, received);
    }
    return store::find_lot(tx, code, lot->lot).value();
}

Result<std::vector<Lot>> Materials::lots(const std::string& code, const rest::Page& page) {
    return db_.transact([&](Transaction& tx) -> Result<std::vector<Lot>> {
        if (!store::find_material(tx, code)) return no_material(code);
        return store::list_lots(tx, code, page);
    });
}

}  // namespace catalog
