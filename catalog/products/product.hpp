// A product: what is sold, at which price, and the part that is handed over for it. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/stock/stock.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace catalog {

using ProductId = core::Id<"prd">;

// What an admin says.
struct ProductDraft {
    std::string sku;
    std::string name;
    std::string description;
    core::Money price;
    std::string seller;  // empty: the house itself
    bool active;         // offered to the public
    std::map<std::string, std::string> attributes;
    std::optional<std::string> part;  // its stock is the product's then
    bool made_to_order;               // of the part
    bool operator==(const ProductDraft&) const = default;
};

// What is wrong with a draft as a whole; that its part is known is the store's to say.
std::vector<core::FieldError> faults(const ProductDraft& draft);
// What a change may not touch, because orders and the stock know the product by it.
std::vector<core::FieldError> faults_of_change(const ProductDraft& before, const ProductDraft& after);

struct Product {
    ProductId id;
    ProductDraft draft;
    Balance stock;  // in the part's unit, else in pieces
    std::int64_t version;
    core::Time created_at;
    core::Time updated_at;
};

// One of the prices it has had.
struct PastPrice {
    std::int64_t version;  // the product's, when it got the price
    core::Money price;
    core::Time since;
};

// Ties are broken by id. Prices of several currencies are told apart by the currency first.
enum class ProductSort { newest, name, name_down, price, price_down };
std::optional<ProductSort> parse_product_sort(std::string_view text);
constexpr auto kSortWanted = "must be name, -name, price, -price or newest";

}  // namespace catalog
