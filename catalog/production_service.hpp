// What is made for orders: taken from `orders`, shown, and told back; and what was made when.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/page.hpp"
#include "base/pg.hpp"
#include "base/production.hpp"
#include "base/result.hpp"
#include "catalog/production.hpp"
#include "catalog/production_store.hpp"

namespace catalog {

class Production {
public:
    explicit Production(base::pg::Database& db) : db_(db) {}

    // An answer per request, in their order. Asked again, an order gets the answer it got.
    std::vector<base::ProductionAnswer> take(std::span<const base::ProductionRequest> requests);

    base::Result<ProductionOrder> find(const WorkOrderId& id);
    std::vector<ProductionOrder> list(const store::ProductionOrderFilter& filter, const base::Page& page);
    std::vector<Output> output(const store::OutputFilter& filter);

    // What `orders` is to be told, and that it was.
    std::vector<store::Progress> untold(int most);
    void mark_told(std::span<const store::Progress> told);

private:
    base::pg::Database& db_;
};

}  // namespace catalog
