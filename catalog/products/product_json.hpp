// Products as JSON: what is shown of them, and what admins say of them.
#pragma once

#include "catalog/products/product.hpp"
#include "catalog/stock/quantity_json.hpp"
#include "core/result.hpp"

namespace catalog {

Json to_json(const core::Money& money);
Json to_json(const ProductDraft& draft);
Json to_json(const Product& product);
Json to_json(const PastPrice& price);

core::Result<ProductDraft> read_product_draft(const core::json::Value& document);
// What was said before with `patch` upon it (RFC 7396).
core::Result<ProductDraft> patched(const ProductDraft& before, const core::json::Value& patch);

}  // namespace catalog
