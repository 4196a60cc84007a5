// Goods made to order: which orders the factory is asked to make, and what its word makes of an order. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "contracts/production.hpp"
#include "orders/order.hpp"

namespace orders {

// A line of the order that is being made.
struct WorkOrder {
    std::string id;
    std::int64_t position;
    std::int64_t quantity;  // to be made
    std::int64_t good = 0;  // made: the greatest total told
};

// What may leave, may be made. Also what is begun: word of that may be here before the answer to the request.
bool wants_production(PaymentState payment, FulfilmentState fulfilment, bool canceled);

enum class Progress {
    none,
    begun,  // something of it is made
    done,   // all work orders are known and made
};
Progress progress_of(std::span<const WorkOrder> work_orders, bool all_known);

// What an order becomes by its production: never less than it was, and nothing once it is canceled or has
// left.
FulfilmentState fulfilment_after(FulfilmentState before, bool canceled, Progress progress);

// The work orders of an order and what has been told of them. Neither order nor repetition of what is told
// matters.
struct ProductionBook {
    FulfilmentState fulfilment;
    bool canceled;
    bool all_known;  // the catalog has answered
    std::vector<WorkOrder> work_orders;

    contracts::ProductionFactOutcome take(const contracts::ProductionFact& fact);
    // Work orders told of by a fact before may be among them.
    void take(const contracts::ProductionPlan& plan);

    // The states the order passes through, from where it is; it is at the last one then.
    std::vector<FulfilmentState> advance();

private:
    WorkOrder* find(const std::string& id);
    bool has_other(std::int64_t position, const std::string& id) const;
};

}  // namespace orders
