// What orders consumes: what the catalog makes and sells, and clients that were erased.
#pragma once

#include "events/inbox.hpp"
#include "orders/service.hpp"

namespace orders {

// `service` must outlive the inbox.
void register_handlers(events::Inbox& inbox, Service& service);

}  // namespace orders
