// What payment consumes: orders whose buyer was erased.
#pragma once

#include "events/inbox.hpp"

namespace payment {

void register_handlers(events::Inbox& inbox);

}  // namespace payment
