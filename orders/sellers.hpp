// Whose products are sold, as the catalog tells it.
#pragma once

#include "base/inbox.hpp"

namespace orders {

// Follows product.created and product.changed. A line ordered before the catalog told of its product gets its
// seller then.
void follow_sellers(base::events::Inbox& inbox);

}  // namespace orders
