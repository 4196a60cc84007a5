#include "catalog/parts/bill_of_materials_store.hpp"

#include "postgres/transaction.hpp"

namespace catalog::store {
namespace {

using postgres::BigintArray;
using postgres::TextArray;

// Two lists of the same length: the parts' numbers and the materials' codes, null where it is the other.
struct Names {
    void add(const Thing& thing) {
        if (thing.kind == Thing::Kind::part) {
            parts.add(thing.name);
            materials.add_null();
        } else {
            parts.add_null();
            materials.add(thing.name);
        }
    }
    TextArray parts, materials;
};

Thing read_thing(const postgres::Row& row) {
    if (row["material"].is_null()) return {Thing::Kind::part, row["component_part"].c_str()};
    return {Thing::Kind::material, row["material"].c_str()};
}

}  // namespace

constexpr auto kLockBills = "SELECT pg_advisory_xact_lock(hashtext('bills of materials'))";
void lock_bills(Transaction& tx) {
    tx.exec(kLockBills);
}

constexpr auto kUnitsOf = R"sql(
    SELECT coalesce(parts.unit, materials.unit) AS unit
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (part, material, position)
      LEFT JOIN parts ON parts.number = asked.part
      LEFT JOIN materials ON materials.code = asked.material
     ORDER BY position
)sql";
std::vector<std::optional<Unit>> units_of(Transaction& tx, const std::vector<Thing>& things) {
    Names asked;
    for (const auto& thing : things) asked.add(thing);
    std::vector<std::optional<Unit>> units;
    for (const auto& row : tx.exec(kUnitsOf, asked.parts.parameter(), asked.materials.parameter()))
        units.push_back(row["unit"].is_null() ? std::nullopt : Unit::parse(row["unit"].c_str()));
    return units;
}

constexpr auto kComponentsWith = R"sql(
    WITH RECURSIVE inside (component, part) AS (
        SELECT asked, asked COLLATE "C" FROM unnest($2::text[]) AS asked
         UNION
        SELECT component, component_part FROM inside JOIN bill_of_materials USING (part)
         WHERE component_part IS NOT NULL)
    SELECT DISTINCT component FROM inside WHERE part = $1
)sql";
std::vector<std::string> components_with(Transaction& tx, const std::string& part,
                                         const std::vector<std::string>& components) {
    std::vector<std::string> found;
    for (const auto& row : tx.exec(kComponentsWith, part, postgres::text_array(components)))
        found.emplace_back(row["component"].c_str());
    return found;
}

constexpr auto kDeleteBill = "DELETE FROM bill_of_materials WHERE part = $1";
void delete_bill(Transaction& tx, const std::string& part) {
    tx.exec(kDeleteBill, part);
}

constexpr auto kInsertBill = R"sql(
    INSERT INTO bill_of_materials (part, position, component_part, material, quantity_micro)
    SELECT $1, position, component_part, material, quantity_micro
      FROM unnest($2::text[], $3::text[], $4::bigint[])
           WITH ORDINALITY AS said (component_part, material, quantity_micro, position)
)sql";
void insert_bill(Transaction& tx, const std::string& part, const std::vector<ComponentDraft>& components) {
    Names names;
    BigintArray quantities;
    for (const auto& component : components) {
        names.add(component.thing);
        quantities.add(component.quantity.micro());
    }
    tx.exec(kInsertBill, part, names.parts.parameter(), names.materials.parameter(), quantities.parameter());
}

constexpr auto kBill = R"sql(
    SELECT component_part, material, coalesce(parts.name, materials.name) AS name,
           coalesce(parts.unit, materials.unit) AS unit, quantity_micro
      FROM bill_of_materials
      LEFT JOIN parts ON parts.number = component_part
      LEFT JOIN materials ON materials.code = material
     WHERE part = $1
     ORDER BY position
)sql";
std::vector<Component> bill(Transaction& tx, const std::string& part) {
    std::vector<Component> components;
    for (const auto& row : tx.exec(kBill, part)) {
        components.push_back({.thing = read_thing(row),
                              .name = row["name"].c_str(),
                              .quantity = Quantity::from_micro(row["quantity_micro"].as<std::int64_t>()),
                              .unit = Unit::parse(row["unit"].c_str()).value()});
    }
    return components;
}

}  // namespace catalog::store
