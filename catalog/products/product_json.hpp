// Products as JSON: what is shown of them, and what admins say of them.
#pragma once

#include "core/result.hpp"
#include "catalog/stock/json_out.hpp"
#include "catalog/products/product.hpp"

namespace catalog {

Json to_json(const base::Money& money);
Json to_json(const ProductDraft& draft);
Json to_json(const Product& product);
Json to_json(const PastPrice& price);

base::Result<ProductDraft> read_product_draft(const base::json::Value& document);
// What was said before with `patch` upon it (RFC 7396).
base::Result<ProductDraft> patched(const ProductDraft& before, const base::json::Value& patch);

}  // namespace catalog
