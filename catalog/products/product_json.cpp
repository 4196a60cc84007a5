#include "catalog/products/product_json.hpp"

#include "catalog/stock/quantity_json.hpp"
#include "core/json_reader.hpp"
#include "rest/resource.hpp"

namespace catalog {

using core::FieldError;
using core::Result;

Json to_json(const core::Money& money) {
    return {{"amount", money.amount_minor}, {"currency", std::string{money.currency.code()}}};
}

Json to_json(const ProductDraft& draft) {
    return {{"sku", draft.sku},
            {"name", draft.name},
            {"description", draft.description},
            {"price", to_json(draft.price)},
            {"seller", draft.seller},
            {"active", draft.active},
            {"attributes", draft.attributes},
            {"part", rest::or_null(draft.part)},
            {"made_to_order", draft.made_to_order}};
}

Json to_json(const Product& product) {
    Json json;
    json["id"] = product.id.value();
    json.update(to_json(product.draft));
    json["stock"] = to_json(product.stock);
    json["created_at"] = core::to_rfc3339(product.created_at);
    json["updated_at"] = core::to_rfc3339(product.updated_at);
    return json;
}

Json to_json(const PastPrice& price) {
    return {{"version", price.version},
            {"price", to_json(price.price)},
            {"since", core::to_rfc3339(price.since)}};
}

Result<ProductDraft> read_product_draft(const core::json::Value& document) {
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{document, "", errors};
    const core::Money free{0, *core::Currency::parse("EUR")};  // stands in for a price that is not readable
    ProductDraft draft{.sku = reader.text("sku", {1, 64}),
                       .name = reader.text("name", {1, 200}),
                       .description = reader.optional_text("description", {0, 5000}).value_or(""),
                       .price = reader.money("price", 0).value_or(free),
                       .seller = reader.optional_text("seller", {0, 64}).value_or(""),
                       .active = reader.boolean("active", true),
                       .attributes = reader.metadata("attributes"),
                       .part = read_optional_plain_name(reader, "part"),
                       .made_to_order = reader.boolean("made_to_order", false)};
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return draft;
}

Result<ProductDraft> patched(const ProductDraft& before, const core::json::Value& patch) {
    core::json::Value document = to_json(before);
    document.merge_patch(patch);
    auto after = read_product_draft(document);
    if (!after) return after.error();
    if (auto errors = faults_of_change(before, *after); !errors.empty())
        return core::invalid(std::move(errors));
    return after;
}

}  // namespace catalog
