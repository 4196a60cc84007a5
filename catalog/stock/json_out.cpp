#include "catalog/stock/json_out.hpp"

namespace catalog {

Json to_json(Quantity quantity) {
    if (quantity.is_whole()) return quantity.micro() / Quantity::kMicro;
    return quantity.units();
}

Json to_json(const Balance& balance) {
    return {{"on_hand", to_json(balance.on_hand)},
            {"reserved", to_json(balance.reserved)},
            {"available", to_json(balance.available())}};
}

std::string to_tag(const Balance& balance) {
    return std::to_string(balance.on_hand.micro()) + "-" + std::to_string(balance.reserved.micro());
}

Json to_json(const std::optional<core::Time>& time) {
    return time ? Json(core::to_rfc3339(*time)) : Json(nullptr);
}

}  // namespace catalog
