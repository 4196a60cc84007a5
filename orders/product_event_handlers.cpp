#include "orders/product_event_handlers.hpp"

#include "core/json_reader.hpp"
#include "rest/page.hpp"
#include "orders/store.hpp"

namespace orders {
namespace {

using core::Result;
using events::Event;
using postgres::Transaction;

struct ProductSeller {
    std::string sku;
    std::string seller;
    core::Time created_at;
};

// Of a product's event only what matters here; the rest is the catalog's.
Result<ProductSeller> read_product(const Event& event) {
    const auto document = core::json::parse_object(event.data);
    if (!document) return document.error();
    std::vector<core::FieldError> errors;
    core::json::ObjectReader reader{*document, "", errors};
    ProductSeller product{.sku = reader.text("sku", {1, 64}),
                          .seller = reader.optional_text("seller", {0, 64}).value_or(""),
                          .created_at = {}};
    if (const auto created_at = core::parse_rfc3339(reader.text("created_at", {1, 40})))
        product.created_at = *created_at;
    else
        errors.push_back({"created_at", rest::kTimeWanted});
    if (!errors.empty()) return core::invalid(std::move(errors));
    return product;
}

Result<void> note(Transaction& tx, const Event& event) {
    const auto product = read_product(event);
    if (!product) return product.error();
    if (store::save_seller(tx, product->sku, product->seller, event.version))
        store::set_unknown_sellers(tx, product->sku, product->seller, product->created_at);
    return {};
}

}  // namespace

void register_product_handlers(events::Inbox& inbox) {
    inbox.on("product.created", note);
    inbox.on("product.changed", note);
}

}  // namespace orders
