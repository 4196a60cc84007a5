// The mails an order's buyer gets: paid, on its way, canceled.
#pragma once

#include <optional>
#include <string_view>

#include "events/event.hpp"
#include "orders/order.hpp"

namespace orders {

// The mail that goes with an event of the order, as it is now, told in the same transaction; nothing where
// none does. It is written in the language of the order's metadata `locale`, where that is said.
std::optional<events::NewEvent> mail_with(std::string_view type, const Order& order);

}  // namespace orders
