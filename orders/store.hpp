// Every SQL statement of the service: one function, one statement.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/payment_fact.hpp"
#include "contracts/production.hpp"
#include "core/id.hpp"
#include "orders/fulfilment.hpp"
#include "orders/order.hpp"
#include "orders/settlement.hpp"
#include "orders/timeline.hpp"
#include "postgres/database.hpp"

namespace orders {

// Which orders a list shows; what is empty does not filter.
struct Filter {
    std::optional<PaymentState> payment_state;
    std::optional<FulfilmentState> fulfilment_state;
    std::optional<std::string> client_id;
    std::optional<std::string> client_reference;
    std::optional<core::Time> created_after;
    std::optional<core::Time> created_before;
    std::optional<core::OrderId> starting_after;
    std::optional<std::string> seller;  // with at least one line of theirs
    int limit = 20;
};

namespace store {

using core::OrderId;
using postgres::Transaction;

// ---- orders

// All that follows in the transaction reads one snapshot, and nothing is written.
void read_only(Transaction& tx);
// False when there is no such order. Held until the transaction ends; facts and changes of an order queue up
// here.
bool lock(Transaction& tx, const OrderId& id);

// Newest first; unknown ids are left out. Lines and shipments are not in it yet.
std::vector<Order> find(Transaction& tx, const std::vector<OrderId>& ids);
// Put into the orders, which are newest first.
void load_lines(Transaction& tx, std::vector<Order>& orders);
void load_shipments(Transaction& tx, std::vector<Order>& orders);
std::vector<OrderId> list(Transaction& tx, const Filter& filter);
std::vector<TimelineEntry> timeline(Transaction& tx, const OrderId& id);

void insert(Transaction& tx, const Order& order);
// Whose the products of an order's lines were when they were ordered; null: not known.
struct LineSeller {
    std::string sku;
    std::optional<std::string> seller;
};
// Lines of a SKU that is among `kept` have that seller, others the one who sells it now.
void insert_lines(Transaction& tx, const Order& order, const std::vector<LineSeller>& kept = {});
// False when a newer version of the product was told of before.
bool save_seller(Transaction& tx, const std::string& sku, const std::string& seller, std::int64_t version);
// Of lines ordered at `since` or later.
void set_unknown_sellers(Transaction& tx, const std::string& sku, const std::string& seller,
                         core::Time since);
std::vector<LineSeller> delete_lines(Transaction& tx, const OrderId& id);
// Everything but id, lines and shipments.
void update(Transaction& tx, const Order& order);
// One entry of the timeline, at order.version; `before` is the order as it was.
void insert_change(Transaction& tx, const Order& before, const Order& after, const Change& change);

void insert_shipment(Transaction& tx, const OrderId& id, const Shipment& shipment);
void insert_shipment_lines(Transaction& tx, const Shipment& shipment);
void set_delivered(Transaction& tx, const core::ShipmentId& id);

// ---- payment facts, always as lists

// A book with what the database knows of its order, beside the facts' texts.
struct StoredBook {
    OrderId id;
    std::int64_t version;
    PaymentBook book;
};

// The orders that exist, locked in the order of their ids, their facts not yet loaded. `ids` are sorted and
// unique.
std::vector<StoredBook> lock_books(Transaction& tx, const std::vector<std::string_view>& ids);

// One fact as it is stored; the texts live as long as the rows they came in.
struct StoredFact {
    std::string_view order_id;
    std::string_view key;
    AppliedFact fact;
};
struct StoredFacts {
    postgres::Rows rows;
    std::vector<StoredFact> facts;
};
// All facts of these orders, and those of any order that have one of the keys.
StoredFacts facts_of(Transaction& tx, const std::vector<StoredBook>& books,
                     const std::vector<std::string>& keys);

struct NewFact {
    const contracts::PaymentFact* fact;
    std::string_view key;
    std::int64_t version;  // of the order, by this fact
    PaymentState before;
    PaymentState after;
};
// The facts, and what they made of their orders.
void apply(Transaction& tx, std::span<const NewFact> facts, std::span<const StoredBook* const> changed);

// ---- production

// The catalog has said what it makes of the order.
void set_production_answered(Transaction& tx, const std::string& id);
// It is to say so again.
void forget_answer(Transaction& tx, const OrderId& id);
// Whether it said that it makes nothing.
bool nothing_is_made(Transaction& tx, const OrderId& id);
// Orders kept to be asked about by a program that did not tell order.paid; kept no longer.
std::vector<std::string> take_unasked(Transaction& tx, int most);

std::vector<WorkOrder> work_orders(Transaction& tx, const OrderId& id);

// A book with what the database knows of its order.
struct StoredProduction {
    OrderId id;
    std::int64_t version;
    PaymentState payment_state;
    ProductionBook book;
};
// The orders that exist, locked in the order of their ids, their work orders not yet loaded.
std::vector<StoredProduction> lock_production(Transaction& tx, const std::vector<std::string>& ids);
// Which of the orders the catalog has answered.
std::vector<std::string> production_answered(Transaction& tx, const std::vector<std::string>& ids);
// All work orders of these orders, and those of any order that have one of the ids.
struct StoredWorkOrder {
    std::string order_id;
    WorkOrder work_order;
};
std::vector<StoredWorkOrder> work_orders_of(Transaction& tx, const std::vector<std::string>& order_ids,
                                            const std::vector<std::string>& ids);
// New ones are added; of those there are, what is made is written.
void save_work_orders(Transaction& tx, std::span<const StoredWorkOrder> work_orders);
// An order's passage to its next state by its production.
struct Step {
    std::string_view order_id;
    std::int64_t version;  // of the order, by this step
    PaymentState payment_state;
    FulfilmentState before;
    FulfilmentState after;
};
// Of an order with several steps, the last stands last.
void save_steps(Transaction& tx, std::span<const Step> steps);

}  // namespace store
}  // namespace orders
