#include "catalog/stock.hpp"

#include "base/names.hpp"

namespace catalog {
namespace {

constexpr base::Names<MovementKind, 7> kKinds{{
    {MovementKind::reserve, "reserve"},
    {MovementKind::release, "release"},
    {MovementKind::commit, "commit"},
    {MovementKind::produce, "produce"},
    {MovementKind::consume, "consume"},
    {MovementKind::receive, "receive"},
    {MovementKind::adjust, "adjust"},
}};

}  // namespace

std::string stock_item_of_part(std::string_view number) {
    return "part:" + std::string{number};
}
std::string stock_item_of_material(std::string_view code) {
    return "material:" + std::string{code};
}
std::string stock_item_of_product(std::string_view sku) {
    return "product:" + std::string{sku};
}

std::string_view to_string(MovementKind kind) {
    return base::name_of(kKinds, kind);
}
std::optional<MovementKind> parse_movement_kind(std::string_view text) {
    return base::find_name(kKinds, text);
}

}  // namespace catalog
