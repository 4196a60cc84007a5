#include "catalog/products/product_service.hpp"

#include "catalog/event_publisher.hpp"
#include "catalog/machines/machine_store.hpp"

namespace catalog {
namespace {

using core::Result;
using store::Transaction;

core::Error no_product(const std::string& id) {
    return core::not_found("no product " + id);
}

std::vector<core::FieldError> faults_of(Transaction& tx, const ProductDraft& draft) {
    auto errors = faults(draft);
    if (draft.part && !store::unknown_parts(tx, {*draft.part}).empty())
        errors.push_back({"part", "is not a known part"});
    return errors;
}

Result<Product> load(Transaction& tx, const std::string& id) {
    auto product = store::find_product(tx, id);
    if (!product) return no_product(id);
    return *std::move(product);
}

// The id it got; nothing when the SKU is taken.
std::optional<ProductId> insert(Transaction& tx, const ProductDraft& draft) {
    auto id = ProductId::make();
    if (!store::insert_product(tx, id, draft)) return {};
    store::keep_price(tx, id);
    publish_created(tx, store::find_product(tx, id.value()).value());
    return id;
}

void save(Transaction& tx, const Product& before, const ProductDraft& draft) {
    store::save_product(tx, before.id, draft);
    if (draft.price != before.draft.price) store::keep_price(tx, before.id);
    publish_changed(tx, before, store::find_product(tx, before.id.value()).value());
}

// Counts what it did in `done`.
std::optional<core::Error> import_row(Transaction& tx, const ProductRow& row, bool dry_run,
                                      ImportReport& done) {
    // What can't be a SKU is no product's; the draft says so.
    const auto before = rest::parse_filter_text(row.name)
                            ? store::find_product_by_sku_for_update(tx, row.name)
                            : std::nullopt;
    const auto draft = row.draft(before ? &before->draft : nullptr);
    if (!draft) return draft.error();
    if (auto errors = faults_of(tx, *draft); !errors.empty()) return core::invalid(std::move(errors));
    if (!before) {
        if (!dry_run && !insert(tx, *draft)) return core::invalid("sku", "was registered just now");
        ++done.created;
    } else if (*draft == before->draft) {
        ++done.unchanged;
    } else {
        if (!dry_run) save(tx, *before, *draft);
        ++done.changed;
    }
    return {};
}

}  // namespace

Result<Product> Products::create(Transaction& tx, const ProductDraft& draft) {
    if (auto errors = faults_of(tx, draft); !errors.empty()) return core::invalid(std::move(errors));
    const auto id = insert(tx, draft);
    if (!id) return core::conflict("there is a product " + draft.sku + " already");
    return load(tx, id->value());
}

Result<Product> Products::find(const std::string& id, const MaySee& may_see) {
    return db_.single([&](Transaction& tx) -> Result<Product> {
        auto product = store::find_product(tx, id);
        if (!product || !may_see(*product)) return no_product(id);
        return *std::move(product);
    });
}

Result<std::vector<Product>> Products::list(const ProductFilter& filter, ProductSort sort,
                                            const rest::Page& page) {
    return db_.transact([&](Transaction& tx) -> Result<std::vector<Product>> {
        if (!page.starting_after.empty() && !store::find_product(tx, page.starting_after))
            return core::invalid("starting_after", "must be the id of a product");
        return store::list_products(tx, filter, sort, page);
    });
}

Result<Product> Products::change(const std::string& id, const MaySee& may_change,
                                 const rest::VersionTest& expected, const Edit& edit) {
    return db_.transact([&](Transaction& tx) -> Result<Product> {
        const auto before = store::find_product_for_update(tx, id);
        if (!before || !may_change(*before)) return no_product(id);
        if (expected && !expected(before->version)) return rest::outdated();
        const auto draft = edit(before->draft);
        if (!draft) return draft.error();
        if (auto errors = faults_of(tx, *draft); !errors.empty()) return core::invalid(std::move(errors));
        if (*draft == before->draft) return *before;
        save(tx, *before, *draft);
        return load(tx, id);
    });
}

Result<std::vector<PastPrice>> Products::prices(const std::string& id, const MaySee& may_see,
                                                std::optional<std::int64_t> before, int most) {
    return db_.transact([&](Transaction& tx) -> Result<std::vector<PastPrice>> {
        const auto product = store::find_product(tx, id);
        if (!product || !may_see(*product)) return no_product(id);
        return store::list_prices(tx, id, before, most + 1);
    });
}

std::vector<Product> Products::list_by_sku(const rest::Page& page) {
    return db_.single([&](Transaction& tx) { return store::list_products_by_sku(tx, page); });
}

ImportReport Products::import(const std::vector<ProductRow>& rows, bool dry_run) {
    return db_.transact([&](Transaction& tx) {
        return import_rows(rows, "sku", [&](const ProductRow& row, ImportReport& report) {
            return import_row(tx, row, dry_run, report);
        });
    });
}

bool Products::publish_pending_events() {
    constexpr int kAtOnce = 100;
    return db_.transact([&](Transaction& tx) {
        const auto untold = store::take_unpublished_products(tx, kAtOnce);
        for (const auto& id : untold) publish_created(tx, store::find_product(tx, id).value());
        return !untold.empty();
    });
}

}  // namespace catalog
