// Orders as JSON: what comes in is parsed with all its faults at once, what goes out stands in the order
// people read it.
#pragma once

#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"
#include "orders/fulfilment.hpp"
#include "orders/order.hpp"
#include "orders/shipment.hpp"
#include "orders/timeline.hpp"

namespace orders {

using Json = core::json::Value;

core::Result<Draft> read_draft(const core::json::Value& document);
core::Result<ShipmentRequest> read_shipment_request(const core::json::Value& document);

// The document `read_draft` takes, so that a change is: write, patch, read.
Json to_json(const Draft& draft);
Json to_json(const Order& order);
Json to_json(const Order& order, const std::vector<TimelineEntry>& timeline,
             const std::vector<WorkOrder>& work_orders);
Json to_json(const Shipment& shipment);

// As the database keeps them; what is stored was checked when it came in.
std::string to_stored(const std::map<std::string, std::string>& metadata);
std::map<std::string, std::string> stored_metadata(std::string_view text);

}  // namespace orders
