// What an order is: what was ordered and by whom, what has become of it, and what may still be done to it.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "orders/shipment.hpp"

namespace orders {

using core::Address;

enum class PaymentState {
    unpaid,
    processing,
    authorized,
    partially_paid,
    paid,
    overpaid,
    partially_refunded,
    refunded,
    disputed,
    charged_back,
    failed,
    canceled,
};
std::string_view to_string(PaymentState state);
std::optional<PaymentState> parse_payment_state(std::string_view text);

enum class FulfilmentState { unfulfilled, in_production, ready, shipped, delivered, returned };
std::string_view to_string(FulfilmentState state);
std::optional<FulfilmentState> parse_fulfilment_state(std::string_view text);

struct Line {
    std::string sku;
    std::string description;
    std::int64_t quantity;
    std::int64_t unit_price_minor;
    std::optional<std::int64_t> tax_minor;  // of the whole line
    bool operator==(const Line&) const = default;
};

// Stands in an order whose buyer was erased (RFC 2606: it is nobody's).
constexpr auto kErasedEmail = "erased@erased.invalid";

// No order is for more, so that sums over its payments stay far from overflowing.
constexpr std::int64_t kMaxTotal = 1'000'000'000'000'000;

// The sum of quantity × unit price + tax; nothing when it is above kMaxTotal.
std::optional<std::int64_t> total_of(const std::vector<Line>& lines);

// What the shop says about an order; everything else is derived from it or happens to it.
struct Draft {
    core::Currency currency;
    std::string email;
    std::optional<std::string> client_id;
    std::optional<std::string> client_reference;
    Address shipping_address;
    std::optional<Address> billing_address;
    std::vector<Line> lines;  // at least one; prices in `currency`
    std::map<std::string, std::string> metadata;
    std::int64_t total_minor;  // total_of(lines)
    bool operator==(const Draft&) const = default;
};

struct Order {
    core::OrderId id;
    Draft draft;
    PaymentState payment_state = PaymentState::unpaid;
    FulfilmentState fulfilment_state = FulfilmentState::unfulfilled;
    std::int64_t paid_minor = 0;
    std::int64_t refunded_minor = 0;
    std::int64_t disputed_minor = 0;
    std::vector<std::string> sellers = {};  // of each line; empty: the house, or not known
    std::vector<Shipment> shipments = {};
    std::optional<core::Time> canceled_at = {};
    std::int64_t version = 1;
    core::Time created_at = {};
    core::Time updated_at = {};
};

// Only what is paid for leaves, or is made.
bool may_leave(PaymentState state);

// Why it may not be done now; nothing when it may.
std::optional<core::Error> refuse_change(
    const Order& order);  // only while nothing has been paid or is being paid
std::optional<core::Error> refuse_cancel(
    const Order& order);  // not while we hold money, or after goods have left
std::optional<core::Error> refuse_shipment(const Order& order);

}  // namespace orders
