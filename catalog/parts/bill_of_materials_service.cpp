#include "catalog/parts/bill_of_materials_service.hpp"

#include <algorithm>

#include "catalog/parts/bill_of_materials_store.hpp"
#include "catalog/parts/part_store.hpp"

namespace catalog {
namespace {

using core::FieldError;
using core::Result;
using store::Transaction;

core::Error no_part(const std::string& number) {
    return core::not_found("no part " + number);
}

std::string field_of(std::size_t index, std::string_view name) {
    return "components[" + std::to_string(index) + "]." + std::string{name};
}

// Turns the quantities into the components' units.
std::vector<FieldError> convert(Transaction& tx, std::vector<ComponentDraft>& components) {
    std::vector<Thing> things;
    for (const auto& component : components) things.push_back(component.thing);
    const auto units = store::units_of(tx, things);
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < components.size(); ++i) {
        auto& [thing, quantity, unit] = components[i];
        const std::string kind{to_string(thing.kind)};
        if (!units[i]) {
            errors.push_back({field_of(i, kind), "there is no " + kind + " " + thing.name});
        } else if (const auto converted = in_unit(quantity, unit, *units[i])) {
            quantity = *converted;
        } else {
            for (const auto& fault : converted.error().fields)
                errors.push_back({field_of(i, fault.field), fault.detail});
        }
    }
    return errors;
}

std::vector<FieldError> find_circles(Transaction& tx, const std::string& part,
                                     const std::vector<ComponentDraft>& components) {
    std::vector<std::string> parts;
    for (const auto& component : components)
        if (component.thing.kind == Thing::Kind::part) parts.push_back(component.thing.name);
    const auto circles = store::components_with(tx, part, parts);
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < components.size(); ++i) {
        const auto& [kind, name] = components[i].thing;
        if (kind == Thing::Kind::part && std::ranges::find(circles, name) != circles.end())
            errors.push_back(
                {field_of(i, "part"), name == part ? "is the part itself" : "is made of " + part});
    }
    return errors;
}

}  // namespace

Result<std::vector<Component>> BillsOfMaterials::find(const std::string& part) {
    return db_.transact([&](Transaction& tx) -> Result<std::vector<Component>> {
        if (!store::find_part(tx, part)) return no_part(part);
        return store::bill(tx, part);
    });
}

Result<std::vector<Component>> BillsOfMaterials::replace(const std::string& part,
                                                         const std::vector<ComponentDraft>& components) {
    return db_.transact([&](Transaction& tx) -> Result<std::vector<Component>> {
        store::lock_bills(tx);
        if (!store::find_part(tx, part)) return no_part(part);
        auto converted = components;
        auto errors = convert(tx, converted);
        std::ranges::move(find_circles(tx, part, converted), std::back_inserter(errors));
        if (!errors.empty()) return core::invalid(std::move(errors));
        store::delete_bill(tx, part);
        store::insert_bill(tx, part, converted);
        return store::bill(tx, part);
    });
}

}  // namespace catalog
