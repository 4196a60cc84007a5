// How goods made to order come about between `orders` and `catalog`: order.paid goes out; what is planned and
// what is made comes in.
#pragma once

#include <thread>

#include "events/inbox.hpp"
#include "orders/service.hpp"

namespace orders {

void register_production_handlers(events::Inbox& inbox, Service& service);

// Orders that were paid before order.paid was told, and that nobody has asked the catalog to make, are told
// of: at once, and again every minute, as a program of the previous release may still be running beside this
// one.
std::jthread publish_missing_paid_events(Service& service);

}  // namespace orders
