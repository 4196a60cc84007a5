#include "orders/shipment.hpp"

#include <algorithm>
#include <map>

#include "orders/order.hpp"

namespace orders {
namespace {

using Quantities = std::map<std::string, std::int64_t, std::less<>>;

// By sku; a sku that is sent completely stands there with 0.
Quantities left_to_send(const std::vector<Line>& ordered, const std::vector<Shipment>& sent) {
    Quantities left;
    for (const auto& line : ordered) left[line.sku] += line.quantity;
    for (const auto& shipment : sent) {
        for (const auto& line : shipment.lines) left[line.sku] -= line.quantity;
    }
    return left;
}

bool nothing(const Quantities& left) {
    return std::ranges::all_of(left, [](const auto& entry) { return entry.second <= 0; });
}

std::vector<ShipmentLine> to_lines(const Quantities& quantities) {
    std::vector<ShipmentLine> lines;
    for (const auto& [sku, quantity] : quantities) {
        if (quantity > 0) lines.push_back({sku, quantity});
    }
    return lines;
}

}  // namespace

core::Result<std::vector<ShipmentLine>> plan_shipment(const std::vector<Line>& ordered,
                                                      const std::vector<Shipment>& sent,
                                                      const std::vector<ShipmentLine>& asked) {
    auto left = left_to_send(ordered, sent);
    if (nothing(left)) return core::conflict("everything of this order has been shipped");
    if (asked.empty()) return to_lines(left);

    Quantities planned;
    std::vector<core::FieldError> errors;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto field = "lines[" + std::to_string(i) + "]";
        const auto found = left.find(asked[i].sku);
        if (found == left.end()) {
            errors.push_back({field + ".sku", "is not in this order"});
        } else if (asked[i].quantity > found->second) {
            errors.push_back(
                {field + ".quantity", "is more than the " + std::to_string(found->second) + " left to ship"});
        } else {
            found->second -= asked[i].quantity;
            planned[asked[i].sku] += asked[i].quantity;
        }
    }
    if (!errors.empty()) return core::invalid(std::move(errors));
    return to_lines(planned);
}

FulfilmentState fulfilment_after(FulfilmentState before, const std::vector<Line>& ordered,
                                 const std::vector<Shipment>& sent) {
    if (!nothing(left_to_send(ordered, sent))) return before;
    const bool all_arrived =
        std::ranges::all_of(sent, [](const Shipment& shipment) { return shipment.delivered_at.has_value(); });
    return all_arrived ? FulfilmentState::delivered : FulfilmentState::shipped;
}

}  // namespace orders
