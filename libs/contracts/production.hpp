// What `catalog` tells `orders` of goods made to order, as the data of events whose subject is the order:
//   production.planned     what is made of an order that was paid
//   production.progressed  how much of a work order has been made
//   production.completed   likewise: all of it
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace contracts {

struct WorkOrder {
    std::string id;  // wo_…
    std::int64_t position;
    std::int64_t quantity;
};

// {"order_id","work_orders":[{"id":"wo_…","position":1,"quantity":2}]}
// A work order per order and position, ever: told again, an order has the same.
struct ProductionPlan {
    std::string order_id;
    std::vector<WorkOrder> work_orders;  // one per line that is made to order; none: nothing is to be made
};
std::string to_json(const ProductionPlan& plan);
core::Result<ProductionPlan> production_plan_from_json(std::string_view text);

// How much of a work order has been made so far: a running total, of which the greatest counts.
// {"order_id","work_order":"wo_…","position":1,"quantity":2,"good":1}
struct ProductionFact {
    std::string order_id;
    std::string work_order;
    std::int64_t position;
    std::int64_t quantity;  // to be made
    std::int64_t good;      // made, in whole units; what is begun does not count
};
std::string to_json(const ProductionFact& fact);
core::Result<ProductionFact> production_fact_from_json(std::string_view text);

enum class ProductionFactOutcome {
    applied,
    already_applied,  // as much or more was told before
    order_unknown,
    mismatch,  // the work order belongs to another order or line, or the line to another work order
};

}  // namespace contracts
