// What the catalog consumes: orders that were paid or canceled.
#pragma once

#include "events/inbox.hpp"

namespace catalog {

class Production;

// order.paid: what is made to order is to be made. order.canceled: what is not made yet need not be.
void register_handlers(events::Inbox& inbox, Production& production);

}  // namespace catalog
