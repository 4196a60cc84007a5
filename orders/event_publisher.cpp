#include "orders/event_publisher.hpp"

#include "contracts/order_event.hpp"
#include "orders/order_json.hpp"
#include "orders/order_mail.hpp"

namespace orders {
namespace {

// What a payment changes: half of what is told is this, so it carries no more.
std::string state_of(const Order& order) {
    const auto money = [&](std::int64_t minor) { return core::Money{minor, order.draft.currency}; };
    return contracts::to_json(
        contracts::OrderPaymentState{.id = order.id.value(),
                                     .payment_state = std::string{to_string(order.payment_state)},
                                     .fulfilment_state = std::string{to_string(order.fulfilment_state)},
                                     .total = money(order.draft.total_minor),
                                     .paid = money(order.paid_minor),
                                     .refunded = money(order.refunded_minor),
                                     .disputed = money(order.disputed_minor)});
}

// The order as its GET shows it, without its timeline.
Json document_of(const Order& order) {
    contracts::OrderEvent event{order.id.value(), {}};
    for (const auto& line : order.draft.lines) event.lines.push_back({line.sku, line.quantity});
    return contracts::to_json(event, to_json(order));
}

// An order whose every text is at its longest says only what is needed to act on it.
std::string data_of(Json json) {
    auto text = json.dump();
    if (text.size() <= events::kMaxDataBytes) return text;
    for (const auto* member : {"metadata", "shipments"}) json.erase(member);
    for (auto& line : json["lines"]) line.erase("description");
    json["incomplete"] = true;
    return json.dump();
}

}  // namespace

std::vector<std::string_view> event_types_of(PaymentState before, PaymentState after, bool canceled) {
    std::vector<std::string_view> types;
    if (before != after) types.emplace_back("order.payment_state_changed");
    if (!canceled && !may_leave(before) && may_leave(after)) types.emplace_back("order.paid");
    return types;
}

std::vector<std::string_view> event_types_of(const Order& before, const Order& after, ChangeKind kind) {
    auto types = event_types_of(before.payment_state, after.payment_state, after.canceled_at.has_value());
    if (kind == ChangeKind::canceled) types.emplace_back("order.canceled");
    if (kind == ChangeKind::shipped) types.emplace_back("order.shipped");
    if (before.fulfilment_state == after.fulfilment_state) return types;
    if (after.fulfilment_state == FulfilmentState::ready) types.emplace_back("order.ready");
    if (after.fulfilment_state == FulfilmentState::delivered) types.emplace_back("order.delivered");
    return types;
}

void publish(postgres::Transaction& tx, std::span<const PendingEvent> news) {
    std::vector<events::NewEvent> events;
    events.reserve(news.size());
    const Order* written = nullptr;
    Json json;
    for (const auto& [type, order, is_old, traceparent] : news) {
        const bool is_state = type == "order.payment_state_changed";
        if (!is_state && order != written) {
            json = document_of(*order);
            written = order;
        }
        auto data = is_state ? state_of(*order) : data_of(json);
        events.push_back({std::string{type}, order->id.value(), order->version, std::move(data)});
        events.back().traceparent = traceparent;
        if (is_old) continue;
        if (auto mail = mail_with(type, *order)) {
            mail->traceparent = traceparent;
            events.push_back(*std::move(mail));
        }
    }
    events::publish(tx, events, telemetry::Trace::current());
}

void publish_erased(postgres::Transaction& tx, std::span<const Order> orders) {
    std::vector<events::NewEvent> events;
    for (const auto& order : orders)
        events.push_back({.type = "order.erased",
                          .subject = order.id.value(),
                          .version = order.version,
                          .data = contracts::to_json(contracts::OrderErased{order.id.value()})});
    if (!events.empty()) events::publish(tx, events, telemetry::Trace::current());
}

}  // namespace orders
