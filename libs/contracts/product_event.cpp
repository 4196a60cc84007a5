#include "contracts/product_event.hpp"

#include "contracts/payload.hpp"

namespace contracts {

using core::json::ObjectReader;
using core::json::Value;

Value to_json(const ProductEvent& event, Value product) {
    product["sku"] = event.sku;
    product["seller"] = event.seller;
    product["created_at"] = core::to_rfc3339(event.created_at);
    if (event.price_before) product["price_before"] = core::json::from(*event.price_before);
    return product;
}

core::Result<ProductEvent> product_event_from_json(std::string_view text) {
    return read_payload(text, "", [](ObjectReader& reader) {
        ProductEvent event{.sku = reader.text("sku", {1, 64}),
                           .seller = reader.optional_text("seller", {0, 64}).value_or(""),
                           .created_at = {}};
        if (const auto created_at = core::parse_rfc3339(reader.text("created_at", {1, 40})))
            event.created_at = *created_at;
        else
            reader.fault("created_at", "must be an RFC 3339 time, such as 2026-11-21T05:47:52Z");
        if (reader.has("price_before")) event.price_before = reader.money("price_before", 0);
        return event;
    });
}

}  // namespace contracts
