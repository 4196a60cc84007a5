// What is made: for orders, and by the hour. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/stock/quantity.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"

namespace catalog {

using WorkOrderId = core::Id<"wo">;

// What is ordered, of which some lines may be made to order.
struct ProductionLine {
    std::int64_t position;  // of the line in its order, from 1
    std::string sku;
    std::int64_t quantity;
};
struct ProductionRequest {
    std::string order_id;
    std::vector<ProductionLine> lines;  // all of the order's
};

// A line of an order that is made to order, and how far it is.
struct ProductionOrder {
    WorkOrderId id;
    std::string order_id;
    std::int64_t position;
    std::string sku;
    std::string part;
    std::optional<std::string> revision;
    Quantity quantity;
    std::optional<std::string> machine;  // none makes the part yet
    Quantity good;
    Quantity scrap;
    bool canceled;  // its order was
    core::Time created_at;

    std::string_view state() const {
        if (good >= quantity) return "done";
        if (canceled) return "canceled";
        if (good > Quantity{} || scrap > Quantity{}) return "in_production";
        return machine ? "assigned" : "waiting_for_machine";
    }
};

// What a machine made of a part in an hour or a day.
struct Output {
    core::Time from;
    std::string part;
    std::string machine;
    Quantity good;
    Quantity scrap;
};

}  // namespace catalog
