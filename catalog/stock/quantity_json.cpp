#include "catalog/stock/quantity_json.hpp"

#include "catalog/machines/machine.hpp"
#include "core/json_reader.hpp"

namespace catalog {
namespace {

std::optional<Unit> parse_unit(core::json::ObjectReader& reader, std::string_view name) {
    const auto code = reader.text(name, {1, 3});
    const auto unit = Unit::parse(code);
    if (!unit && !code.empty())
        reader.fault(name, "must be a unit of UN/CEFACT Recommendation 20, such as H87");
    return unit;
}

}  // namespace

Json to_json(Quantity quantity) {
    if (quantity.is_whole()) return quantity.micro() / Quantity::kMicro;
    return quantity.units();
}

Json to_json(const Balance& balance) {
    return {{"on_hand", to_json(balance.on_hand)},
            {"reserved", to_json(balance.reserved)},
            {"available", to_json(balance.available())}};
}

std::string to_tag(const Balance& balance) {
    return std::to_string(balance.on_hand.micro()) + "-" + std::to_string(balance.reserved.micro());
}

std::string read_plain_name(core::json::ObjectReader& reader, std::string_view name) {
    auto text = reader.text(name, {1, 64});
    if (!text.empty() && !is_plain_name(text)) reader.fault(name, kPlainName);
    return text;
}

std::optional<std::string> read_optional_plain_name(core::json::ObjectReader& reader, std::string_view name) {
    if (!reader.has(name)) return {};
    return read_plain_name(reader, name);
}

Unit read_unit(core::json::ObjectReader& reader, std::string_view name) {
    return parse_unit(reader, name).value_or(*Unit::parse("H87"));
}

Quantity read_quantity(core::json::ObjectReader& reader, std::string_view name, Quantity min) {
    const auto quantity = Quantity::parse(reader.number(name, min.units(), Quantity::kMost));
    if (!quantity) reader.fault(name, "must have at most six decimals");
    return quantity.value_or(min);
}

Quantity read_quantity_in(core::json::ObjectReader& reader, std::string_view name, Quantity min,
                          Unit target) {
    const auto quantity = read_quantity(reader, name, min);
    if (!reader.has("unit")) return quantity;
    const auto unit = parse_unit(reader, "unit");
    if (!unit) return quantity;
    const auto converted = quantity.convert(*unit, target);
    if (!converted) reader.fault("unit", "can't be turned into " + std::string{target.code()});
    if (converted == Quantity{} && quantity != Quantity{})
        reader.fault(name, "is less than a millionth " + std::string{target.code()});
    return converted.value_or(quantity);
}

Thing read_thing(core::json::ObjectReader& reader, std::initializer_list<Thing::Kind> kinds) {
    std::optional<Thing> thing;
    std::string names;
    for (const auto kind : kinds) {
        const std::string name{to_string(kind)};
        names += (names.empty() ? "" : " or ") + name;
        if (!reader.has(name)) continue;
        if (thing) reader.fault(name, "can't be beside " + std::string{to_string(thing->kind)});
        thing = Thing{kind, reader.text(name, {1, 200})};
    }
    if (!thing) reader.fault(to_string(*kinds.begin()), "is missing: " + names);
    return thing.value_or(Thing{*kinds.begin(), ""});
}

}  // namespace catalog
