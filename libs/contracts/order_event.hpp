// Payloads of the events `orders` publishes, whose subject is the order:
//   order.created, order.paid, order.canceled, order.ready, order.shipped, order.delivered  OrderEvent
//   order.payment_state_changed                                                             OrderPaymentState
//   order.erased                                                                            OrderErased
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace contracts {

// {"id":"ord_…","lines":[{"sku":"MUG-01","quantity":2}]}
// The members that consumers may act on. The event carries the whole order, as its GET shows it.
struct OrderEvent {
    struct Line {
        std::string sku;
        std::int64_t quantity;
        bool operator==(const Line&) const = default;
    };
    std::string id;
    std::vector<Line> lines;  // at least one; the first has position 1
    bool operator==(const OrderEvent&) const = default;
};
// The members above, written into `order`, whose other members stay.
core::json::Value to_json(const OrderEvent& event, core::json::Value order = core::json::Value::object());
core::Result<OrderEvent> order_event_from_json(std::string_view text);

// {"id","payment_state","fulfilment_state","total":{"amount","currency"},"paid","refunded","disputed"}
struct OrderPaymentState {
    std::string id;
    std::string payment_state;
    std::string fulfilment_state;
    core::Money total;
    core::Money paid;
    core::Money refunded;
    core::Money disputed;
    bool operator==(const OrderPaymentState&) const = default;
};
std::string to_json(const OrderPaymentState& event);
core::Result<OrderPaymentState> order_payment_state_from_json(std::string_view text);

// {"id"}: nothing of the order's buyer is kept.
struct OrderErased {
    std::string id;
    bool operator==(const OrderErased&) const = default;
};
std::string to_json(const OrderErased& event);
core::Result<OrderErased> order_erased_from_json(std::string_view text);

}  // namespace contracts
