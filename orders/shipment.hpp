// Goods leaving: which quantities of an order were sent with which carrier, and what that makes of the order.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/result.hpp"

namespace orders {

struct Line;
enum class FulfilmentState;

struct ShipmentLine {
    std::string sku;
    std::int64_t quantity;
    bool operator==(const ShipmentLine&) const = default;
};

struct Shipment {
    core::ShipmentId id;
    std::string carrier;
    std::optional<std::string> tracking_number;
    std::vector<ShipmentLine> lines;
    core::Time shipped_at = {};
    std::optional<core::Time> delivered_at = {};
};

struct ShipmentRequest {
    std::string carrier;
    std::optional<std::string> tracking_number;
    std::vector<ShipmentLine> lines;  // empty: all that is left
};

// What is to be sent now. Lines of one sku count together, whichever lines of the order they are on.
// `invalid` names each line that asks for more than is left; `conflict` when nothing is left.
core::Result<std::vector<ShipmentLine>> plan_shipment(const std::vector<Line>& ordered,
                                                      const std::vector<Shipment>& sent,
                                                      const std::vector<ShipmentLine>& asked);

// Shipped once all of it is on its way, delivered once all of it has arrived; before that what it was.
FulfilmentState fulfilment_after(FulfilmentState before, const std::vector<Line>& ordered,
                                 const std::vector<Shipment>& sent);

}  // namespace orders
