#include "orders/service.hpp"

#include <algorithm>

#include "orders/erasure.hpp"
#include "orders/event_publisher.hpp"

namespace orders {
namespace {

using core::OrderId;
using core::Result;
using core::ShipmentId;
using postgres::Transaction;

core::Error no_order(const OrderId& id) {
    return core::not_found("no order " + id.value());
}

Result<Order> load(Transaction& tx, const OrderId& id) {
    auto orders = store::find(tx, {id});
    if (orders.empty()) return no_order(id);
    store::load_lines(tx, orders);
    store::load_shipments(tx, orders);
    return std::move(orders.front());
}

Result<Order> load_locked(Transaction& tx, const OrderId& id) {
    if (!store::lock(tx, id)) return no_order(id);
    return load(tx, id);
}

Result<OrderWithTimeline> load_with_timeline(Transaction& tx, const OrderId& id) {
    auto order = load(tx, id);
    if (!order) return order.error();
    return OrderWithTimeline{*std::move(order), store::timeline(tx, id), store::work_orders(tx, id)};
}

// Why no order is taken for this client; nothing when one may be.
std::optional<core::Error> refuse_client(Transaction& tx, const std::optional<std::string>& client_id,
                                         bool is_new) {
    if (!client_id) return {};
    if (is_new) store::lock_client_shared(tx, *client_id);  // else the order's own lock does
    if (store::is_erased_client(tx, *client_id)) return core::invalid("client_id", "was erased");
    return {};
}

bool wants_production(const Order& order) {
    return orders::wants_production(order.payment_state, order.fulfilment_state,
                                    order.canceled_at.has_value());
}

// Settles the order again, after its total changed or it was canceled.
void settle_again(Transaction& tx, Order& order) {
    std::vector<store::StoredBook> books;
    books.push_back({order.id, order.version, {order.draft.currency, 0, false, {}, {}}});
    const auto stored = store::facts_of(tx, books, {});
    std::vector<AppliedFact> facts;
    for (const auto& fact : stored.facts) facts.push_back(fact.fact);
    // The same facts were summed when they were taken in.
    const auto settlement =
        settle(order.draft.total_minor, order.canceled_at.has_value(), std::move(facts)).value();
    order.payment_state = settlement.state;
    order.paid_minor = settlement.paid_minor;
    order.refunded_minor = settlement.refunded_minor;
    order.disputed_minor = settlement.disputed_minor;
}

void publish(Transaction& tx, const OrderId& id, const std::vector<std::string_view>& types,
             bool to_make_anew = false) {
    if (types.empty() && !to_make_anew) return;
    const auto order = load(tx, id);
    std::vector<PendingEvent> news;
    for (const auto type : types) news.push_back({type, &*order});
    if (to_make_anew) news.push_back({"order.paid", &*order, true});
    orders::publish(tx, news);
}

// Last in its transaction: what is told is the order as it is then.
void save(Transaction& tx, const Order& before, Order& after, const Change& change,
          bool to_make_anew = false) {
    after.version = before.version + 1;
    store::update(tx, after);
    store::insert_change(tx, before, after, change);
    publish(tx, after.id, event_types_of(before, after, change.kind), to_make_anew);
}

const Shipment* find_in(const Order& order, const ShipmentId& id) {
    const auto found = std::ranges::find(order.shipments, id, &Shipment::id);
    return found == order.shipments.end() ? nullptr : &*found;
}

Result<Shipment> load_shipment(Transaction& tx, const OrderId& id, const ShipmentId& shipment) {
    const auto order = load(tx, id);
    if (!order) return order.error();
    const auto* found = find_in(*order, shipment);
    if (found == nullptr) return core::not_found("no shipment " + shipment.value() + " of this order");
    return *found;
}

}  // namespace

Result<OrderWithTimeline> Service::place(Transaction& tx, const Draft& draft) {
    if (auto refusal = refuse_client(tx, draft.client_id, true)) return *refusal;
    Order order{.id = OrderId::make(), .draft = draft};
    order.payment_state = settle(draft.total_minor, false, {}).value().state;
    store::insert(tx, order);
    store::insert_lines(tx, order);
    store::insert_change(tx, order, order, {.kind = ChangeKind::created});
    std::vector<std::string_view> types{"order.created"};
    if (may_leave(order.payment_state)) types.emplace_back("order.paid");  // it is for nothing
    publish(tx, order.id, types);
    return load_with_timeline(tx, order.id);
}

Result<OrderWithTimeline> Service::find(const OrderId& id) {
    return db_.transact([&](Transaction& tx) {
        store::read_only(tx);
        return load_with_timeline(tx, id);
    });
}

OrderPage Service::list(Filter filter) {
    const auto limit = static_cast<std::size_t>(filter.limit);
    ++filter.limit;  // one more tells whether there are more
    return db_.transact([&](Transaction& tx) {
        store::read_only(tx);
        tx.plan_for_values();
        auto ids = store::list(tx, filter);
        const bool has_more = ids.size() > limit;
        if (has_more) ids.pop_back();
        auto orders = store::find(tx, ids);
        store::load_lines(tx, orders);
        store::load_shipments(tx, orders);
        return OrderPage{std::move(orders), has_more};
    });
}

Result<OrderWithTimeline> Service::change(const OrderId& id, const rest::VersionTest& expected,
                                          const Edit& edit) {
    return db_.transact([&](Transaction& tx) -> Result<OrderWithTimeline> {
        const auto before = load_locked(tx, id);
        if (!before) return before.error();
        if (expected && !expected(before->version)) return rest::outdated();
        if (auto refusal = refuse_change(*before)) return *refusal;
        auto draft = edit(before->draft);
        if (!draft) return draft.error();
        const bool other_client = draft->client_id != before->draft.client_id;
        if (auto refusal = refuse_client(tx, draft->client_id, other_client)) return *refusal;
        auto fields = changed_fields(before->draft, *draft);
        if (fields.empty()) return load_with_timeline(tx, id);
        const bool other_lines = before->draft.lines != draft->lines;
        const bool asked = with_production_ && wants_production(*before);
        if (other_lines && asked && !store::nothing_is_made(tx, id)) {
            return core::conflict("what this order is for is being made");
        }

        auto after = *before;
        after.draft = *std::move(draft);
        settle_again(tx, after);
        store::insert_lines(tx, after, store::delete_lines(tx, id));
        const bool anew = other_lines && wants_production(*before) && wants_production(after);
        if (anew) store::forget_answer(tx, id);
        save(tx, *before, after, {.kind = ChangeKind::changed, .fields = std::move(fields)}, anew);
        return load_with_timeline(tx, id);
    });
}

Result<OrderWithTimeline> Service::cancel(const OrderId& id, const rest::VersionTest& expected) {
    return db_.transact([&](Transaction& tx) -> Result<OrderWithTimeline> {
        const auto before = load_locked(tx, id);
        if (!before) return before.error();
        if (before->canceled_at) return load_with_timeline(tx, id);
        if (expected && !expected(before->version)) return rest::outdated();
        if (auto refusal = refuse_cancel(*before)) return *refusal;

        auto after = *before;
        after.canceled_at = core::now();
        settle_again(tx, after);
        save(tx, *before, after, {.kind = ChangeKind::canceled});
        return load_with_timeline(tx, id);
    });
}

Result<Shipment> Service::ship(Transaction& tx, const OrderId& id, const ShipmentRequest& request) {
    const auto before = load_locked(tx, id);
    if (!before) return before.error();
    if (auto refusal = refuse_shipment(*before)) return *refusal;
    auto lines = plan_shipment(before->draft.lines, before->shipments, request.lines);
    if (!lines) return lines.error();

    auto after = *before;
    const Shipment shipment{ShipmentId::make(), request.carrier, request.tracking_number, *std::move(lines)};
    after.shipments.push_back(shipment);
    after.fulfilment_state = fulfilment_after(before->fulfilment_state, after.draft.lines, after.shipments);
    store::insert_shipment(tx, id, shipment);
    store::insert_shipment_lines(tx, shipment);
    save(tx, *before, after, {.kind = ChangeKind::shipped, .shipment = shipment.id});
    return load_shipment(tx, id, shipment.id);
}

Result<Shipment> Service::find_shipment(const OrderId& id, const ShipmentId& shipment) {
    return db_.transact([&](Transaction& tx) {
        store::read_only(tx);
        return load_shipment(tx, id, shipment);
    });
}

Result<Shipment> Service::deliver(const OrderId& id, const ShipmentId& shipment) {
    return db_.transact([&](Transaction& tx) -> Result<Shipment> {
        const auto before = load_locked(tx, id);
        if (!before) return before.error();
        auto delivered = load_shipment(tx, id, shipment);
        if (!delivered || delivered->delivered_at) return delivered;

        auto after = *before;
        std::ranges::find(after.shipments, shipment, &Shipment::id)->delivered_at = core::now();
        after.fulfilment_state =
            fulfilment_after(before->fulfilment_state, after.draft.lines, after.shipments);
        store::set_delivered(tx, shipment);
        save(tx, *before, after, {.kind = ChangeKind::delivered, .shipment = shipment});
        return load_shipment(tx, id, shipment);
    });
}

}  // namespace orders
