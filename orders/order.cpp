#include "orders/order.hpp"

#include <algorithm>
#include <iterator>

namespace orders {
namespace {

// In the order of the enums.
constexpr std::string_view kPaymentStates[] = {
    "unpaid",   "processing", "authorized",   "partially_paid", "paid",     "overpaid", "partially_refunded",
    "refunded", "disputed",   "charged_back", "failed",         "canceled",
};
static_assert(std::size(kPaymentStates) == static_cast<std::size_t>(PaymentState::canceled) + 1);

constexpr std::string_view kFulfilmentStates[] = {"unfulfilled", "in_production", "ready",
                                                  "shipped",     "delivered",     "returned"};
static_assert(std::size(kFulfilmentStates) == static_cast<std::size_t>(FulfilmentState::returned) + 1);

template <class Enum, std::size_t N>
std::optional<Enum> parse(const std::string_view (&names)[N], std::string_view text) {
    const auto found = std::ranges::find(names, text);
    if (found == std::end(names)) return {};
    return static_cast<Enum>(found - std::begin(names));
}

}  // namespace

std::string_view to_string(PaymentState state) {
    return kPaymentStates[static_cast<std::size_t>(state)];
}
std::optional<PaymentState> parse_payment_state(std::string_view text) {
    return parse<PaymentState>(kPaymentStates, text);
}
std::string_view to_string(FulfilmentState state) {
    return kFulfilmentStates[static_cast<std::size_t>(state)];
}
std::optional<FulfilmentState> parse_fulfilment_state(std::string_view text) {
    return parse<FulfilmentState>(kFulfilmentStates, text);
}

std::optional<std::int64_t> total_of(const std::vector<Line>& lines) {
    std::int64_t total = 0;
    for (const auto& line : lines) {
        const auto price = core::checked_multiply(line.quantity, line.unit_price_minor);
        const auto taxed = price ? core::checked_add(*price, line.tax_minor.value_or(0)) : std::nullopt;
        const auto sum = taxed ? core::checked_add(total, *taxed) : std::nullopt;
        if (!sum || *sum > kMaxTotal) return {};
        total = *sum;
    }
    return total;
}

std::optional<core::Error> refuse_change(const Order& order) {
    if (order.canceled_at) return core::conflict("the order is canceled");
    if (!order.shipments.empty()) return core::conflict("goods of this order have been shipped");
    switch (order.payment_state) {
        case PaymentState::unpaid:
        case PaymentState::failed:
        case PaymentState::canceled: return {};
        case PaymentState::paid:
            if (order.draft.total_minor == 0 && order.paid_minor == 0) return {};
            break;
        case PaymentState::processing:
        case PaymentState::authorized:
        case PaymentState::partially_paid:
        case PaymentState::overpaid:
        case PaymentState::partially_refunded:
        case PaymentState::refunded:
        case PaymentState::disputed:
        case PaymentState::charged_back: break;
    }
    return core::conflict("an order can be changed while it is unpaid; this one is " +
                          std::string{to_string(order.payment_state)});
}

std::optional<core::Error> refuse_cancel(const Order& order) {
    if (order.paid_minor > order.refunded_minor) {
        return core::conflict("money has been captured and not fully refunded: refund it first");
    }
    if (!order.shipments.empty()) return core::conflict("goods of this order have been shipped");
    return {};
}

bool may_leave(PaymentState state) {
    switch (state) {
        case PaymentState::paid:
        case PaymentState::overpaid:
        case PaymentState::partially_refunded: return true;
        case PaymentState::unpaid:
        case PaymentState::processing:
        case PaymentState::authorized:
        case PaymentState::partially_paid:
        case PaymentState::refunded:
        case PaymentState::disputed:
        case PaymentState::charged_back:
        case PaymentState::failed:
        case PaymentState::canceled: break;
    }
    return false;
}

std::optional<core::Error> refuse_shipment(const Order& order) {
    if (order.canceled_at) return core::conflict("the order is canceled");
    if (may_leave(order.payment_state)) return {};
    return core::conflict("only a paid order is shipped; this one is " +
                          std::string{to_string(order.payment_state)});
}

}  // namespace orders
