// Every SQL statement of what is made for orders, and of what was made when.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "catalog/production/production_order.hpp"
#include "postgres/database.hpp"
#include "rest/page.hpp"

namespace catalog::store {

using postgres::Transaction;

struct MadePart {
    std::string part;
    std::optional<std::string> revision;
};
// By SKU, of those that are made to order.
std::map<std::string, MadePart, std::less<>> made_to_order(Transaction& tx,
                                                           const std::vector<std::string>& skus);
// Order and position have one work order, ever: those that have one are left alone.
void insert_production_orders(Transaction& tx, std::span<const ProductionOrder> orders);
std::vector<ProductionOrder> production_orders_of(Transaction& tx, const std::string& order_id);
// Those of the order that are not made; their ids.
std::vector<std::string> cancel_production_orders(Transaction& tx, const std::string& order_id);
// Commands to make them that no machine has been sent yet.
void forget_unpublished_orders(Transaction& tx, const std::vector<std::string>& work_orders);

struct ProductionOrderFilter {
    std::optional<std::string> order_id;
    std::optional<std::string> part;
    std::optional<std::string> machine;
};
// Newest first.
std::vector<ProductionOrder> list_production_orders(Transaction& tx, const ProductionOrderFilter& filter,
                                                    const rest::Page& page);
std::optional<ProductionOrder> find_production_order(Transaction& tx, const WorkOrderId& id);

// Those some machine can make. Locked; those another is assigning right now are left out.
std::vector<ProductionOrder> production_orders_without_machine(Transaction& tx, int most);
// Of the machines that make the part: one that is online, then the one with the least to do.
std::optional<std::string> machine_for(Transaction& tx, const std::string& part);
void assign(Transaction& tx, const WorkOrderId& id, const std::string& machine);
std::string unit_of_part(Transaction& tx, const std::string& part);

struct Progress {
    WorkOrderId id;
    std::string order_id;
    std::int64_t position;
    Quantity quantity;
    Quantity good;
};
// Of rows with just these columns.
std::vector<Progress> read_progress(const postgres::Rows& rows);
// Progress nobody was told of; from now on it counts as told.
std::vector<Progress> take_unpublished_progress(Transaction& tx, int most);

enum class Bucket { hour, day };
struct OutputFilter {
    std::optional<std::string> part;
    std::optional<std::string> machine;
    core::Time from;
    core::Time to;
    Bucket by;
    // Behind this one; empty: from the start.
    std::optional<Output> after;
    int limit;
};
// Newest bucket first, then by part and machine.
std::vector<Output> list_output(Transaction& tx, const OutputFilter& filter);

}  // namespace catalog::store
