// Whose products are sold, as the catalog tells it.
#pragma once

#include "events/inbox.hpp"

namespace orders {

// Follows product.created and product.changed. A line ordered after its product was made, but before the
// catalog told of that, gets its seller then. What was ordered before is not theirs: a seller who takes a SKU
// of the past sees none of its buyers.
void register_product_handlers(events::Inbox& inbox);

}  // namespace orders
