#include "catalog/products/product_csv.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "catalog/products/price_text.hpp"
#include "catalog/products/product_json.hpp"

namespace catalog {
namespace {

using core::FieldError;
using core::Result;

// What a field says, as the member of the same name.
core::json::Value to_member(std::string_view column, const std::string& field) {
    if (column == "part") return csv::to_optional(field);
    if (column == "active" || column == "made_to_order") return csv::to_boolean(field);
    if (column == "attributes") return csv::to_object(field);
    return field;
}

// The field, or what stands for it when the column is not there; a fault when nothing does.
std::string require(const csv::Fields& fields, const char* column, const std::optional<std::string>& before,
                    std::vector<FieldError>& errors) {
    if (const auto field = fields.find(column); field != fields.end()) return field->second;
    if (!before) errors.push_back({column, "is required"});
    return before.value_or("");
}

// A new currency keeps the price as it is written, not its minor units: 21.00 EUR become 21.00 USD.
std::optional<core::Money> read_price(const csv::Fields& fields, const ProductDraft* before,
                                      std::vector<FieldError>& errors) {
    const auto known = errors.size();
    std::optional<std::string> price_before, code_before;
    if (before != nullptr) {
        price_before = to_price_text(before->price);
        code_before = before->price.currency.code();
    }
    const auto text = require(fields, "price", price_before, errors);
    const auto code = require(fields, "currency", code_before, errors);
    const auto currency = core::Currency::parse(code);
    if (!currency && fields.contains("currency"))
        errors.push_back({"currency", "must be an ISO 4217 code in capitals, such as EUR"});
    if (errors.size() != known) return {};
    const auto price = parse_price_text(text, *currency);
    if (!price)
        errors.push_back({"price", "must be such as " + to_price_text({2100, *currency}) + " in " + code});
    return price;
}

Result<ProductDraft> read_row(const csv::Fields& fields, const ProductDraft* before) {
    auto document = before ? core::json::Value(to_json(*before)) : core::json::Value::object();
    for (const auto& [column, field] : fields)
        if (column != "currency") document[column] = to_member(column, field);
    std::vector<FieldError> errors;
    const auto price = read_price(fields, before, errors);
    const core::Money free{0, *core::Currency::parse("EUR")};  // stands in for a price that is not readable
    document["price"] = to_json(price.value_or(free));
    auto draft = read_product_draft(document);
    if (!draft) std::ranges::copy(draft.error().fields, std::back_inserter(errors));
    if (!errors.empty()) return core::invalid(std::move(errors));
    return draft;
}

}  // namespace

std::string to_csv(const std::vector<Product>& products) {
    auto text = csv::line(std::vector<std::string>(kProductColumns.begin(), kProductColumns.end()));
    for (const auto& product : products) {
        const auto& said = product.draft;
        const std::string fields[] = {
            said.sku,
            said.name,
            said.description,
            to_price_text(said.price),
            std::string{said.price.currency.code()},
            said.seller,
            said.active ? "true" : "false",
            said.attributes.empty() ? "" : core::json::Value(said.attributes).dump(),
            said.part.value_or(""),
            said.made_to_order ? "true" : "false"};
        text += csv::line(fields);
    }
    return text;
}

std::vector<ProductRow> product_rows(const csv::Table& table) {
    return csv::to_import<ProductDraft>(table, "sku", read_row);
}

}  // namespace catalog
