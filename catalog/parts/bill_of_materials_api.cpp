#include "catalog/parts/bill_of_materials_api.hpp"

#include <algorithm>

#include "catalog/stock/quantity_json.hpp"
#include "core/json_reader.hpp"
#include "rest/json_body.hpp"
#include "rest/resource.hpp"

namespace catalog {
namespace {

using core::FieldError;
using core::Result;
using http::Method;
using http::Request;
using http::Response;
using http::Role;

constexpr std::size_t kMaxComponents = 500;

Json to_json(const Component& component) {
    return {{std::string{to_string(component.thing.kind)}, component.thing.name},
            {"name", component.name},
            {"quantity", catalog::to_json(component.quantity)},
            {"unit", std::string{component.unit.code()}}};
}

ComponentDraft read_component(core::json::ObjectReader& reader) {
    using enum Thing::Kind;
    ComponentDraft component{
        .thing = read_thing(reader, {part, material}),
        .quantity = read_quantity(reader, "quantity", Quantity::from_micro(1)),
        .unit = reader.has("unit") ? std::optional{read_unit(reader, "unit")} : std::nullopt};
    reader.refuse_unknown();
    return component;
}

Result<std::vector<ComponentDraft>> read_components(const core::json::Value& document) {
    std::vector<FieldError> errors;
    core::json::ObjectReader reader{document, "", errors};
    std::vector<ComponentDraft> components;
    for (auto& element : reader.objects("components", 0, kMaxComponents)) {
        auto component = read_component(element);
        const std::string kind{to_string(component.thing.kind)};
        if (!component.thing.name.empty() &&
            std::ranges::find(components, component.thing, &ComponentDraft::thing) != components.end())
            element.fault(kind, "is named twice");
        components.push_back(std::move(component));
    }
    reader.refuse_unknown();
    if (!errors.empty()) return core::invalid(std::move(errors));
    return components;
}

Result<Response> show(const std::string& part, const Result<std::vector<Component>>& found) {
    if (!found) return found.error();
    auto components = Json::array();
    for (const auto& component : *found) components.push_back(to_json(component));
    return rest::respond(200, {{"part", part}, {"components", std::move(components)}});
}

Result<Response> find(BillsOfMaterials& bills, const Request& request) {
    const auto& part = request.path_value("number");
    return show(part, bills.find(part));
}

Result<Response> replace(BillsOfMaterials& bills, const Request& request) {
    const auto document = rest::parse_body(request);
    if (!document) return document.error();
    const auto components = read_components(*document);
    if (!components) return components.error();
    const auto& part = request.path_value("number");
    return show(part, bills.replace(part, *components));
}

}  // namespace

std::vector<http::Route> bill_of_materials_routes(BillsOfMaterials& bills) {
    const std::string bill = "/api/v1/catalog/parts/:number/bill-of-materials";
    // clang-format off
    return {
        {Method::get, bill, Role::admin, rest::bind(bills, find)   },
        {Method::put, bill, Role::admin, rest::bind(bills, replace)},
    };
    // clang-format on
}

}  // namespace catalog
