// What of an order its reader gets to see: an admin all, a buyer their own order, a seller their part of it.
// Pure.
#pragma once

#include "http/caller.hpp"
#include "orders/order.hpp"
#include "orders/order_json.hpp"

namespace orders {

// Whether the order is any business of theirs; if not, it does not exist for them.
bool visible_to(const Order& order, const http::Caller& reader);

// The order as the reader sees it. Sellers learn what they sold and where it goes, not who paid how much for
// what else.
Json view(const Order& order, const http::Caller& reader);

}  // namespace orders
