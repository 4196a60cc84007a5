#include "orders/order_view.hpp"

#include <algorithm>
#include <set>

namespace orders {
namespace {

using http::Role;

// What the house keeps for itself of an order it shows to its buyer.
Json buyers_view(const Order& order) {
    auto json = to_json(order);
    json.erase("metadata");
    return json;
}

// The order as if it were of the seller's lines only.
Order part_of(const Order& order, std::string_view seller) {
    auto part = order;
    std::set<std::string_view> skus;
    part.draft.lines.clear();
    for (std::size_t i = 0; i < order.draft.lines.size(); ++i) {
        if (order.sellers.at(i) != seller) continue;
        part.draft.lines.push_back(order.draft.lines[i]);
        skus.insert(order.draft.lines[i].sku);
    }
    for (auto& shipment : part.shipments)
        std::erase_if(shipment.lines, [&](const auto& line) { return !skus.contains(line.sku); });
    std::erase_if(part.shipments, [](const auto& shipment) { return shipment.lines.empty(); });
    part.draft.total_minor =
        total_of(part.draft.lines).value_or(0);  // less than the order's, which was checked
    return part;
}

Json sellers_view(const Order& order, std::string_view seller) {
    constexpr const char* kShown[] = {"id",          "currency",   "payment_state", "fulfilment_state",
                                      "total",       "lines",      "shipments",     "shipping_address",
                                      "canceled_at", "created_at", "updated_at"};
    const auto part = to_json(part_of(order, seller));
    Json json;
    for (const auto* name : kShown) json[name] = part.at(name);
    return json;
}

}  // namespace

bool visible_to(const Order& order, const http::Caller& reader) {
    switch (reader.role) {
        case Role::admin: return true;
        case Role::client: return order.draft.client_id == reader.subject;
        case Role::seller: return std::ranges::find(order.sellers, reader.subject) != order.sellers.end();
        case Role::machine:
        case Role::service: return false;
    }
    return false;
}

Json view(const Order& order, const http::Caller& reader) {
    if (reader.role == Role::seller) return sellers_view(order, reader.subject);
    if (reader.role == Role::client) return buyers_view(order);
    return to_json(order);
}

}  // namespace orders
