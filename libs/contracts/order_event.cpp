#include "contracts/order_event.hpp"

#include "contracts/payload.hpp"

namespace contracts {
namespace {

using core::json::ObjectReader;
using core::json::Value;

constexpr core::json::Length kId{1, 64};
constexpr core::json::Length kSku{1, 64};
constexpr core::json::Length kState{1, 64};
constexpr std::size_t kMaxLines = 200;
constexpr std::int64_t kMaxQuantity = 1'000'000'000'000;

// A faulty amount is never used: the fault refuses the whole payload.
core::Money read_money(ObjectReader& reader, std::string_view name) {
    return reader.money(name, 0).value_or(core::Money{0, *core::Currency::parse("EUR")});
}

}  // namespace

Value to_json(const OrderEvent& event, Value order) {
    order["id"] = event.id;
    auto& lines = order["lines"];
    if (!lines.is_array()) lines = Value::array();
    for (std::size_t i = 0; i < event.lines.size(); ++i) {
        if (i == lines.size()) lines.push_back(Value::object());
        lines[i]["sku"] = event.lines[i].sku;
        lines[i]["quantity"] = event.lines[i].quantity;
    }
    return order;
}

core::Result<OrderEvent> order_event_from_json(std::string_view text) {
    return read_payload(text, "", [](ObjectReader& reader) {
        OrderEvent event{reader.text("id", kId), {}};
        for (auto& line : reader.objects("lines", 1, kMaxLines))
            event.lines.push_back({line.text("sku", kSku), line.integer("quantity", 1, kMaxQuantity)});
        return event;
    });
}

std::string to_json(const OrderPaymentState& event) {
    return Value{{"id", event.id},
                 {"payment_state", event.payment_state},
                 {"fulfilment_state", event.fulfilment_state},
                 {"total", core::json::from(event.total)},
                 {"paid", core::json::from(event.paid)},
                 {"refunded", core::json::from(event.refunded)},
                 {"disputed", core::json::from(event.disputed)}}
        .dump();
}

core::Result<OrderPaymentState> order_payment_state_from_json(std::string_view text) {
    return read_payload(text, "", [](ObjectReader& reader) {
        return OrderPaymentState{.id = reader.text("id", kId),
                                 .payment_state = reader.text("payment_state", kState),
                                 .fulfilment_state = reader.text("fulfilment_state", kState),
                                 .total = read_money(reader, "total"),
                                 .paid = read_money(reader, "paid"),
                                 .refunded = read_money(reader, "refunded"),
                                 .disputed = read_money(reader, "disputed")};
    });
}

std::string to_json(const OrderErased& event) {
    return Value{{"id", event.id}}.dump();
}

core::Result<OrderErased> order_erased_from_json(std::string_view text) {
    return read_payload(text, "", [](ObjectReader& reader) { return OrderErased{reader.text("id", kId)}; });
}

}  // namespace contracts
