#include "contracts/production.hpp"

#include "contracts/payload.hpp"

namespace contracts {
namespace {

using Json = core::json::Value;
using core::json::ObjectReader;

constexpr core::json::Length kId{1, 64};
constexpr std::size_t kMaxLines = 200;
constexpr std::int64_t kMaxPosition = 1'000'000;
constexpr std::int64_t kMaxQuantity = 1'000'000'000'000;

std::int64_t read_position(ObjectReader& reader) {
    return reader.integer("position", 1, kMaxPosition);
}

}  // namespace

std::string to_json(const ProductionPlan& plan) {
    auto work_orders = Json::array();
    for (const auto& [id, position, quantity] : plan.work_orders)
        work_orders.push_back({{"id", id}, {"position", position}, {"quantity", quantity}});
    return Json{{"order_id", plan.order_id}, {"work_orders", std::move(work_orders)}}.dump();
}

core::Result<ProductionPlan> production_plan_from_json(std::string_view text) {
    return read_payload(text, "", [](ObjectReader& reader) {
        ProductionPlan plan{reader.text("order_id", kId), {}};
        for (auto& one : reader.objects("work_orders", 0, kMaxLines)) {
            plan.work_orders.push_back(
                {one.text("id", kId), read_position(one), one.integer("quantity", 1, kMaxQuantity)});
        }
        return plan;
    });
}

std::string to_json(const ProductionFact& fact) {
    return Json{{"order_id", fact.order_id},
                {"work_order", fact.work_order},
                {"position", fact.position},
                {"quantity", fact.quantity},
                {"good", fact.good}}
        .dump();
}

core::Result<ProductionFact> production_fact_from_json(std::string_view text) {
    return read_payload(text, "", [](ObjectReader& reader) {
        return ProductionFact{.order_id = reader.text("order_id", kId),
                              .work_order = reader.text("work_order", kId),
                              .position = read_position(reader),
                              .quantity = reader.integer("quantity", 1, kMaxQuantity),
                              .good = reader.integer("good", 0, kMaxQuantity)};
    });
}

}  // namespace contracts
