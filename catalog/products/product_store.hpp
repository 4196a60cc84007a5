// Every SQL statement of products and the prices they have had.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/products/product.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog {

struct ProductFilter {
    std::optional<std::string> words;  // by parse_search_words
    std::optional<std::string> seller;
    std::optional<std::string> currency;
    std::optional<std::int64_t> price_min;  // minor units
    std::optional<std::int64_t> price_max;
    std::optional<std::string> part;
    std::optional<std::string> sku;
    std::optional<bool> active;
};

namespace store {

using postgres::Transaction;

// False when the SKU is taken.
bool insert_product(Transaction& tx, const ProductId& id, const ProductDraft& draft);
std::optional<Product> find_product(Transaction& tx, const std::string& id);
std::optional<Product> find_product_for_update(Transaction& tx, const std::string& id);
std::optional<Product> find_product_by_sku_for_update(Transaction& tx, const std::string& sku);
// All but the SKU, as a new version.
void save_product(Transaction& tx, const ProductId& id, const ProductDraft& draft);

// Products without a product.created event; they are marked as published, and are locked.
std::vector<std::string> take_unpublished_products(Transaction& tx, int most);

// `page.starting_after` is a product's id; where that product would stand now is where the page starts.
std::vector<Product> list_products(Transaction& tx, const ProductFilter& filter, ProductSort sort,
                                   const rest::Page& page);
// By SKU; `page.starting_after` is one.
std::vector<Product> list_products_by_sku(Transaction& tx, const rest::Page& page);

// The price of the product as it is now joins those it has had.
void keep_price(Transaction& tx, const ProductId& id);
// Newest first, older than version `before`.
std::vector<PastPrice> list_prices(Transaction& tx, const std::string& id, std::optional<std::int64_t> before,
                                   int most);

}  // namespace store
}  // namespace catalog
