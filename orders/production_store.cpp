// The part of the store that is about production.
#include "orders/store.hpp"

namespace orders::store {
namespace {

using postgres::BigintArray;
using postgres::text_array;
using postgres::TextArray;

std::vector<std::string> first_column(const postgres::Rows& rows) {
    std::vector<std::string> texts;
    for (const auto& row : rows) texts.emplace_back(row[0].c_str());
    return texts;
}

// Columns id, position, quantity, good, from `first` on.
WorkOrder read_work_order(const postgres::Row& row, int first) {
    return {row[first].c_str(), row[first + 1].as<std::int64_t>(), row[first + 2].as<std::int64_t>(),
            row[first + 3].as<std::int64_t>()};
}

}  // namespace

// ---- whether the catalog has answered

constexpr auto kSetProductionAnswered = R"sql(
    INSERT INTO production_requests (order_id, answered_at) VALUES ($1, now())
        ON CONFLICT (order_id) DO UPDATE SET answered_at = now()
)sql";
void set_production_answered(Transaction& tx, const std::string& id) {
    tx.exec(kSetProductionAnswered, id);
}

constexpr auto kForgetAnswer = "DELETE FROM production_requests WHERE order_id = $1";
void forget_answer(Transaction& tx, const OrderId& id) {
    tx.exec(kForgetAnswer, id.value());
}

constexpr auto kNothingIsMade = R"sql(
    SELECT EXISTS (SELECT FROM production_requests WHERE order_id = $1 AND answered_at IS NOT NULL)
           AND NOT EXISTS (SELECT FROM work_orders WHERE order_id = $1)
)sql";
bool nothing_is_made(Transaction& tx, const OrderId& id) {
    return tx.exec(kNothingIsMade, id.value())[0][0].as<bool>();
}

constexpr auto kTakeUnasked = R"sql(
    DELETE FROM production_requests
     WHERE order_id IN (SELECT order_id
                          FROM production_requests
                         WHERE answered_at IS NULL
                         LIMIT $1
                           FOR UPDATE SKIP LOCKED)
 RETURNING order_id
)sql";
std::vector<std::string> take_unasked(Transaction& tx, int most) {
    return first_column(tx.exec(kTakeUnasked, most));
}

// ---- work orders

constexpr auto kWorkOrders = R"sql(
    SELECT id, position, quantity, good FROM work_orders WHERE order_id = $1 ORDER BY position
)sql";
std::vector<WorkOrder> work_orders(Transaction& tx, const OrderId& id) {
    std::vector<WorkOrder> found;
    for (const auto& row : tx.exec(kWorkOrders, id.value())) found.push_back(read_work_order(row, 0));
    return found;
}

constexpr auto kLockProduction = R"sql(
    SELECT id, version, payment_state, fulfilment_state, canceled_at IS NOT NULL
      FROM orders
     WHERE id = ANY ($1::text[])
     ORDER BY id
       FOR NO KEY UPDATE
)sql";
std::vector<StoredProduction> lock_production(Transaction& tx, const std::vector<std::string>& ids) {
    std::vector<StoredProduction> stored;
    for (const auto& row : tx.exec(kLockProduction, text_array(ids))) {
        stored.push_back({.id = OrderId::trusted(row[0].c_str()),
                          .version = row[1].as<std::int64_t>(),
                          .payment_state = parse_payment_state(row[2].c_str()).value(),
                          .book = {.fulfilment = parse_fulfilment_state(row[3].c_str()).value(),
                                   .canceled = row[4].as<bool>(),
                                   .all_known = false,
                                   .work_orders = {}}});
    }
    return stored;
}

constexpr auto kProductionAnswered = R"sql(
    SELECT order_id FROM production_requests WHERE order_id = ANY ($1::text[]) AND answered_at IS NOT NULL
)sql";
std::vector<std::string> production_answered(Transaction& tx, const std::vector<std::string>& ids) {
    return first_column(tx.exec(kProductionAnswered, text_array(ids)));
}

constexpr auto kWorkOrdersOf = R"sql(
    SELECT order_id, id, position, quantity, good
      FROM work_orders
     WHERE order_id = ANY ($1::text[])
     UNION ALL
    SELECT order_id, id, position, quantity, good
      FROM work_orders
     WHERE id = ANY ($2::text[]) AND order_id <> ALL ($1::text[])
)sql";
std::vector<StoredWorkOrder> work_orders_of(Transaction& tx, const std::vector<std::string>& order_ids,
                                            const std::vector<std::string>& ids) {
    std::vector<StoredWorkOrder> stored;
    for (const auto& row : tx.exec(kWorkOrdersOf, text_array(order_ids), text_array(ids))) {
        stored.push_back({row[0].c_str(), read_work_order(row, 1)});
    }
    return stored;
}

constexpr auto kSaveWorkOrders = R"sql(
    INSERT INTO work_orders (order_id, id, position, quantity, good)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
        ON CONFLICT (id) DO UPDATE SET good = excluded.good
)sql";
void save_work_orders(Transaction& tx, std::span<const StoredWorkOrder> work_orders) {
    TextArray order_ids;
    TextArray ids;
    BigintArray positions;
    BigintArray quantities;
    BigintArray goods;
    for (const auto& [order_id, one] : work_orders) {
        order_ids.add(order_id);
        ids.add(one.id);
        positions.add(one.position);
        quantities.add(one.quantity);
        goods.add(one.good);
    }
    tx.exec(kSaveWorkOrders, order_ids.parameter(), ids.parameter(), positions.parameter(),
            quantities.parameter(), goods.parameter());
}

constexpr auto kSaveSteps = R"sql(
    WITH step AS (
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[])
            AS step (order_id, version, payment_state, before, after)
    ), told AS (
        INSERT INTO order_changes (order_id, version, kind, payment_state_before, payment_state_after,
                                   fulfilment_state_before, fulfilment_state_after)
        SELECT order_id, version, after, payment_state, payment_state, before, after FROM step
    )
    UPDATE orders
       SET fulfilment_state = last.after, version = last.version, updated_at = now()
      FROM (SELECT DISTINCT ON (order_id) * FROM step ORDER BY order_id, version DESC) AS last
     WHERE orders.id = last.order_id
)sql";
void save_steps(Transaction& tx, std::span<const Step> steps) {
    TextArray ids;
    BigintArray versions;
    TextArray payment_states;
    TextArray before;
    TextArray after;
    for (const auto& step : steps) {
        ids.add(step.order_id);
        versions.add(step.version);
        payment_states.add(to_string(step.payment_state));
        before.add(to_string(step.before));
        after.add(to_string(step.after));
    }
    tx.exec(kSaveSteps, ids.parameter(), versions.parameter(), payment_states.parameter(), before.parameter(),
            after.parameter());
}

}  // namespace orders::store
