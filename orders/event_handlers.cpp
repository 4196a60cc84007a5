#include "orders/event_handlers.hpp"

#include "orders/erasure.hpp"
#include "orders/product_event_handlers.hpp"
#include "orders/production_event_handlers.hpp"

namespace orders {

void register_handlers(events::Inbox& inbox, Service& service) {
    register_production_handlers(inbox, service);
    register_product_handlers(inbox);
    inbox.on("client.erased", erase_client);
}

}  // namespace orders
