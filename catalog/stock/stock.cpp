#include "catalog/stock/stock.hpp"

#include "core/enum_names.hpp"

namespace catalog {
namespace {

constexpr core::Names<MovementKind, 7> kKinds{{
    {MovementKind::reserve, "reserve"},
    {MovementKind::release, "release"},
    {MovementKind::commit, "commit"},
    {MovementKind::produce, "produce"},
    {MovementKind::consume, "consume"},
    {MovementKind::receive, "receive"},
    {MovementKind::adjust, "adjust"},
}};

constexpr core::Names<Thing::Kind, 3> kThings{{
    {Thing::Kind::part, "part"},
    {Thing::Kind::material, "material"},
    {Thing::Kind::product, "product"},
}};

// Beyond this a balance could no longer be told exactly.
constexpr auto kMaxOnHand = Quantity::of(static_cast<std::int64_t>(Quantity::kMost));

bool goes_too_far(Quantity before, Quantity change) {
    const auto after = before + change;
    return (change > Quantity{} && after > kMaxOnHand) || (change < Quantity{} && after < -kMaxOnHand);
}

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
    return core::name_of(kKinds, kind);
}
std::optional<MovementKind> parse_movement_kind(std::string_view text) {
    return core::find_name(kKinds, text);
}

std::string_view to_string(Thing::Kind kind) {
    return core::name_of(kThings, kind);
}

std::optional<Thing> parse_stock_item(std::string_view item) {
    const auto colon = item.find(':');
    if (colon == item.npos || colon + 1 == item.size()) return {};
    const auto kind = core::find_name(kThings, item.substr(0, colon));
    if (!kind) return {};
    return Thing{*kind, std::string{item.substr(colon + 1)}};
}

std::optional<std::string> find_quantity_fault(MovementKind kind, Quantity quantity) {
    if (kind == MovementKind::adjust) {
        if (quantity == Quantity{}) return "must not be 0";
    } else if (quantity <= Quantity{}) {
        return "must be more than 0";
    }
    return {};
}

core::Result<Balance> change_of(MovementKind kind, Quantity quantity, const Balance& before) {
    using enum MovementKind;
    if ((kind == reserve || kind == consume) && before.available() < quantity)
        return core::conflict("not so much is available");
    if ((kind == release || kind == commit) && before.reserved < quantity)
        return core::conflict("not so much is reserved");
    const auto change = [&]() -> Balance {
        switch (kind) {
            case reserve: return {.on_hand = {}, .reserved = quantity};
            case release: return {.on_hand = {}, .reserved = -quantity};
            case commit: return {.on_hand = -quantity, .reserved = -quantity};
            case consume: return {.on_hand = -quantity, .reserved = {}};
            case produce:
            case receive:
            case adjust: return {.on_hand = quantity, .reserved = {}};
        }
        return {};
    }();
    if (goes_too_far(before.on_hand, change.on_hand)) return core::conflict("the stock can't hold so much");
    return change;
}

}  // namespace catalog
