// What can be done with products: offer and change them, find and list them, look back at their prices.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "catalog/csv/import_report.hpp"
#include "catalog/products/product.hpp"
#include "catalog/products/product_store.hpp"
#include "core/result.hpp"
#include "postgres/database.hpp"
#include "rest/etag.hpp"
#include "rest/page.hpp"

namespace catalog {

using ProductRow = ImportRow<ProductDraft>;

class Products {
public:
    explicit Products(postgres::Database& db) : db_(db) {}

    // A step of `once`. `conflict` when the SKU is taken, `invalid` when the part is not known.
    core::Result<Product> create(postgres::Transaction& tx, const ProductDraft& draft);
    // Whether the product is there for the caller; to others it does not exist.
    using MaySee = std::function<bool(const Product&)>;
    core::Result<Product> find(const std::string& id, const MaySee& may_see);
    // `invalid` when the page starts after what is no product.
    core::Result<std::vector<Product>> list(const ProductFilter& filter, ProductSort sort,
                                            const rest::Page& page);
    using Edit = std::function<core::Result<ProductDraft>(const ProductDraft& before)>;
    core::Result<Product> change(const std::string& id, const MaySee& may_change,
                                 const rest::VersionTest& expected, const Edit& edit);
    // Newest first, one more than `most` when there are more.
    core::Result<std::vector<PastPrice>> prices(const std::string& id, const MaySee& may_see,
                                                std::optional<std::int64_t> before, int most);

    // By SKU, all there are.
    std::vector<Product> list_by_sku(const rest::Page& page);
    // Offers the products there are not and changes the others; each row stands for itself. A dry run changes
    // nothing and reports the same.
    ImportReport import(const std::vector<ProductRow>& rows, bool dry_run);
    // Publishes product.created for some products that have no such event; false when there are none.
    bool publish_pending_events();

private:
    postgres::Database& db_;
};

}  // namespace catalog
