#include "catalog/products/product.hpp"

#include "core/enum_names.hpp"

namespace catalog {
namespace {

constexpr core::Names<ProductSort, 5> kSorts{{
    {ProductSort::newest, "newest"},
    {ProductSort::name, "name"},
    {ProductSort::name_down, "-name"},
    {ProductSort::price, "price"},
    {ProductSort::price_down, "-price"},
}};

}  // namespace

std::vector<core::FieldError> faults(const ProductDraft& draft) {
    if (draft.made_to_order && !draft.part) return {{"part", "must be said of what is made to order"}};
    return {};
}

std::vector<core::FieldError> faults_of_change(const ProductDraft& before, const ProductDraft& after) {
    if (after.sku != before.sku) return {{"sku", "can't be changed"}};
    return {};
}

std::optional<ProductSort> parse_product_sort(std::string_view text) {
    return core::find_name(kSorts, text);
}

}  // namespace catalog
