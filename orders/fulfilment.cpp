#include "orders/fulfilment.hpp"

#include <algorithm>

namespace orders {

using contracts::ProductionFactOutcome;

bool wants_production(PaymentState payment, FulfilmentState fulfilment, bool canceled) {
    const bool open =
        fulfilment == FulfilmentState::unfulfilled || fulfilment == FulfilmentState::in_production;
    return !canceled && open && may_leave(payment);
}

Progress progress_of(std::span<const WorkOrder> work_orders, bool all_known) {
    const auto is_made = [](const WorkOrder& one) { return one.good >= one.quantity; };
    const auto is_begun = [](const WorkOrder& one) { return one.good > 0; };
    if (all_known && !work_orders.empty() && std::ranges::all_of(work_orders, is_made)) return Progress::done;
    return std::ranges::any_of(work_orders, is_begun) ? Progress::begun : Progress::none;
}

FulfilmentState fulfilment_after(FulfilmentState before, bool canceled, Progress progress) {
    if (canceled || progress == Progress::none) return before;
    switch (before) {
        case FulfilmentState::unfulfilled:
        case FulfilmentState::in_production:
            return progress == Progress::done ? FulfilmentState::ready : FulfilmentState::in_production;
        case FulfilmentState::ready:
        case FulfilmentState::shipped:
        case FulfilmentState::delivered:
        case FulfilmentState::returned: break;
    }
    return before;
}

ProductionFactOutcome ProductionBook::take(const contracts::ProductionFact& fact) {
    auto* known = find(fact.work_order);
    if (has_other(fact.position, fact.work_order)) return ProductionFactOutcome::mismatch;
    if (known == nullptr) {
        work_orders.push_back({fact.work_order, fact.position, fact.quantity, fact.good});
        return ProductionFactOutcome::applied;
    }
    if (known->position != fact.position) return ProductionFactOutcome::mismatch;
    if (known->good >= fact.good) return ProductionFactOutcome::already_applied;
    known->good = fact.good;
    return ProductionFactOutcome::applied;
}

void ProductionBook::take(const contracts::ProductionPlan& plan) {
    for (const auto& [id, position, quantity] : plan.work_orders) {
        if (find(id) == nullptr && !has_other(position, id)) work_orders.push_back({id, position, quantity});
    }
    all_known = true;
}

std::vector<FulfilmentState> ProductionBook::advance() {
    const auto after = fulfilment_after(fulfilment, canceled, progress_of(work_orders, all_known));
    std::vector<FulfilmentState> steps;
    // What is ready was made: also when word of both comes at once, the timeline shows both.
    if (after == FulfilmentState::ready && fulfilment == FulfilmentState::unfulfilled) {
        steps.push_back(FulfilmentState::in_production);
    }
    if (after != fulfilment) steps.push_back(after);
    fulfilment = after;
    return steps;
}

WorkOrder* ProductionBook::find(const std::string& id) {
    const auto found = std::ranges::find(work_orders, id, &WorkOrder::id);
    return found == work_orders.end() ? nullptr : &*found;
}

bool ProductionBook::has_other(std::int64_t position, const std::string& id) const {
    return std::ranges::any_of(
        work_orders, [&](const WorkOrder& one) { return one.position == position && one.id != id; });
}

}  // namespace orders
