#include "payment/event_handlers.hpp"

#include "payment/erasure.hpp"

namespace payment {

void register_handlers(events::Inbox& inbox) {
    inbox.on("order.erased", erase_order);
}

}  // namespace payment
