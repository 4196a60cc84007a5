// Payload of product.created, product.changed and product.price_changed, which `catalog` publishes; the
// subject is the product. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace contracts {

// {"sku":"MUG-01","seller":"","created_at":"2026-11-21T05:47:52Z","price_before"?:{"amount","currency"}}
// The members that consumers may act on. The event carries the whole product, as its GET shows it.
struct ProductEvent {
    std::string sku;
    std::string seller;  // empty: the house itself
    core::Time created_at;
    std::optional<core::Money> price_before = {};  // of product.price_changed alone
    bool operator==(const ProductEvent&) const = default;
};
// The members above, written into `product`, whose other members stay.
core::json::Value to_json(const ProductEvent& event, core::json::Value product = core::json::Value::object());
core::Result<ProductEvent> product_event_from_json(std::string_view text);

}  // namespace contracts
