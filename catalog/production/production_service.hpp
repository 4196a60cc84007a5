// What is made for orders: taken from `orders`, shown, and told back; and what was made when.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "catalog/production/production_order.hpp"
#include "catalog/production/production_store.hpp"
#include "core/result.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog {

class Production {
public:
    explicit Production(postgres::Database& db) : db_(db) {}

    // Steps of the inbox's transaction. What is made to order is to be made, and that is told; asked again,
    // an order has the work orders it got.
    void take(postgres::Transaction& tx, const ProductionRequest& request);
    // What is not made yet need not be; machines that were told to do not hear of it.
    void cancel(postgres::Transaction& tx, const std::string& order_id);

    core::Result<ProductionOrder> find(const WorkOrderId& id);
    std::vector<ProductionOrder> list(const store::ProductionOrderFilter& filter, const rest::Page& page);
    std::vector<Output> output(const store::OutputFilter& filter);

    // Tells of some progress nobody was told of; false when there is none.
    bool publish_pending_events();

private:
    postgres::Database& db_;
};

}  // namespace catalog
