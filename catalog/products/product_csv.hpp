// Products as rows of a CSV file.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/csv/csv_import.hpp"
#include "catalog/products/product_service.hpp"

namespace catalog {

// `price` is by price_text.hpp, in `currency`; `attributes` is a JSON object. A row changes the columns that
// are there, and only those.
inline constexpr std::array<std::string_view, 10> kProductColumns{
    "sku",    "name",   "description", "price", "currency",
    "seller", "active", "attributes",  "part",  "made_to_order"};

std::string to_csv(const std::vector<Product>& products);
std::vector<ProductRow> product_rows(const csv::Table& table);

}  // namespace catalog
