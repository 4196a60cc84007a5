// What is told of orders, as events: the order as its GET shows it, without its timeline; of a payment state
// that changed, the states and sums only.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "events/event.hpp"
#include "orders/order.hpp"
#include "orders/timeline.hpp"
#include "postgres/database.hpp"

namespace orders {

// What may be told outside.
inline constexpr std::string_view kPublicEventTypes[] = {
    "order.created",   "order.paid",  "order.payment_state_changed",
    "order.canceled",  "order.ready", "order.shipped",
    "order.delivered", "order.erased"};

// The types of what a change did to an order: what was done, and which states it came to.
//   order.paid  what is ordered may be made and may leave, and might not before
std::vector<std::string_view> event_types_of(const Order& before, const Order& after, ChangeKind kind);
// As facts do it; nothing where the state stays.
std::vector<std::string_view> event_types_of(PaymentState before, PaymentState after, bool canceled);

struct PendingEvent {
    std::string_view type;
    const Order* order;            // as it is now, all of it
    bool is_old = false;           // it happened before and is told once more: its buyer gets no mail again
    std::string traceparent = {};  // whose doing it is, when not all of it is the current trace's
};
void publish(postgres::Transaction& tx, std::span<const PendingEvent> news);
void publish_erased(postgres::Transaction& tx, std::span<const Order> orders);

}  // namespace orders
