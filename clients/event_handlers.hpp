// What clients consumes: addresses that `auth` saw proved, and changes of passwords it settled.
#pragma once

#include "events/inbox.hpp"

namespace clients {

void register_handlers(events::Inbox& inbox);

}  // namespace clients
