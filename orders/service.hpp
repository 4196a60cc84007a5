// What the service can do with orders: every method is one transaction, or a step of the one it is handed.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "contracts/payment_fact.hpp"
#include "contracts/production.hpp"
#include "core/result.hpp"
#include "orders/order.hpp"
#include "orders/store.hpp"
#include "orders/timeline.hpp"
#include "postgres/database.hpp"
#include "rest/etag.hpp"

namespace orders {

struct OrderWithTimeline {
    Order order;
    std::vector<TimelineEntry> timeline;
    std::vector<WorkOrder> work_orders;
};

struct OrderPage {
    std::vector<Order> orders;
    bool has_more;
};

// What a draft becomes, or why it can't.
using Edit = std::function<core::Result<Draft>(const Draft& before)>;

// Until the transaction ends. A caller locks several orders in the order of their ids.
void lock_orders(postgres::Transaction& tx, const std::vector<std::string>& ids);

class Service {
public:
    // With production, the lines of a paid order are settled until the catalog has said that it makes none of
    // them.
    explicit Service(postgres::Database& db, bool with_production = false)
        : db_(db), with_production_(with_production) {}

    // Steps of `once`, which keeps their answer in the same transaction.
    core::Result<OrderWithTimeline> place(postgres::Transaction& tx, const Draft& draft);
    core::Result<Shipment> ship(postgres::Transaction& tx, const core::OrderId& id,
                                const ShipmentRequest& request);

    core::Result<OrderWithTimeline> find(const core::OrderId& id);
    OrderPage list(Filter filter);
    // While unpaid. A change that changes nothing makes no version.
    core::Result<OrderWithTimeline> change(const core::OrderId& id, const rest::VersionTest& expected,
                                           const Edit& edit);
    // Canceling a canceled order again is fine and changes nothing.
    core::Result<OrderWithTimeline> cancel(const core::OrderId& id, const rest::VersionTest& expected);
    core::Result<Shipment> find_shipment(const core::OrderId& id, const core::ShipmentId& shipment);
    // Likewise.
    core::Result<Shipment> deliver(const core::OrderId& id, const core::ShipmentId& shipment);

    // An answer per fact, in their order. All in one transaction; when the database refuses one of them, each
    // in its own, so that only that one fails.
    std::vector<contracts::FactAnswer> apply(std::span<const contracts::PaymentFact> facts);

    // ---- production

    // Steps of the inbox's transaction. The catalog's plan for an order can make the order ready, when
    // the events of its production came first.
    core::Result<void> take(postgres::Transaction& tx, contracts::ProductionPlan plan);
    // What the factory has made.
    core::Result<void> take(postgres::Transaction& tx, const contracts::ProductionFact& fact);
    // Tells of some orders that were paid before order.paid was told; false when there are none, or nobody
    // makes anything. Their buyers know: no mails.
    bool publish_missing_paid_events();

private:
    postgres::Database& db_;
    bool with_production_;
};

}  // namespace orders
