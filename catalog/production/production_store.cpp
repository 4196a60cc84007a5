#include "catalog/production/production_store.hpp"

#include "catalog/stock/row.hpp"

namespace catalog::store {
namespace {

using postgres::BigintArray;
using postgres::TextArray;

constexpr auto kColumns =
    sql("id, order_id, position, sku, part, revision, quantity_micro, machine, good_micro, "
        "scrap_micro, canceled_at IS NOT NULL AS canceled, ",
        select_times("created_at"), " ");

std::vector<ProductionOrder> read_all(const postgres::Rows& rows) {
    std::vector<ProductionOrder> orders;
    for (const auto& row : rows) {
        orders.push_back({.id = WorkOrderId::trusted(row["id"].c_str()),
                          .order_id = row["order_id"].c_str(),
                          .position = row["position"].as<std::int64_t>(),
                          .sku = row["sku"].c_str(),
                          .part = row["part"].c_str(),
                          .revision = read_optional<std::string>(row["revision"]),
                          .quantity = quantity(row["quantity_micro"]),
                          .machine = read_optional<std::string>(row["machine"]),
                          .good = quantity(row["good_micro"]),
                          .scrap = quantity(row["scrap_micro"]),
                          .canceled = row["canceled"].as<bool>(),
                          .created_at = read_time(row["created_at"])});
    }
    return orders;
}

}  // namespace

std::vector<Progress> read_progress(const postgres::Rows& rows) {
    std::vector<Progress> progress;
    for (const auto& row : rows) {
        progress.push_back({WorkOrderId::trusted(row[0].c_str()), row[1].c_str(), row[2].as<std::int64_t>(),
                            quantity(row[3]), quantity(row[4])});
    }
    return progress;
}

constexpr auto kMadeToOrder = R"sql(
    SELECT sku, number, revision
      FROM products
      JOIN parts ON number = part
     WHERE sku = ANY ($1::text[]) AND made_to_order
)sql";
std::map<std::string, MadePart, std::less<>> made_to_order(Transaction& tx,
                                                           const std::vector<std::string>& skus) {
    std::map<std::string, MadePart, std::less<>> made;
    for (const auto& row : tx.exec(kMadeToOrder, text_array(skus))) {
        made.emplace(row[0].c_str(), MadePart{row[1].c_str(), read_optional<std::string>(row[2])});
    }
    return made;
}

constexpr auto kInsert = R"sql(
    INSERT INTO production_orders (id, order_id, position, sku, part, revision, quantity_micro)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[])
        ON CONFLICT (order_id, position) DO NOTHING
)sql";
void insert_production_orders(Transaction& tx, std::span<const ProductionOrder> orders) {
    TextArray ids, order_ids, skus, parts, revisions;
    BigintArray positions, quantities;
    for (const auto& order : orders) {
        ids.add(order.id.value());
        order_ids.add(order.order_id);
        positions.add(order.position);
        skus.add(order.sku);
        parts.add(order.part);
        order.revision ? revisions.add(*order.revision) : revisions.add_null();
        quantities.add(order.quantity.micro());
    }
    tx.exec(kInsert, ids.parameter(), order_ids.parameter(), positions.parameter(), skus.parameter(),
            parts.parameter(), revisions.parameter(), quantities.parameter());
}

constexpr auto kOfOrder = sql("SELECT ", kColumns, R"sql(
      FROM production_orders
     WHERE order_id = $1
     ORDER BY position
)sql");
std::vector<ProductionOrder> production_orders_of(Transaction& tx, const std::string& order_id) {
    return read_all(tx.exec(kOfOrder, order_id));
}

constexpr auto kCancel = R"sql(
    UPDATE production_orders
       SET canceled_at = now()
     WHERE order_id = $1 AND good_micro < quantity_micro AND canceled_at IS NULL
 RETURNING id
)sql";
std::vector<std::string> cancel_production_orders(Transaction& tx, const std::string& order_id) {
    std::vector<std::string> ids;
    for (const auto& row : tx.exec(kCancel, order_id)) ids.emplace_back(row[0].c_str());
    return ids;
}

constexpr auto kForgetUnpublished = R"sql(
    DELETE FROM machine_commands
     WHERE published_at IS NULL AND type = 'produce' AND payload::jsonb ->> 'work_order' = ANY ($1::text[])
)sql";
void forget_unpublished_orders(Transaction& tx, const std::vector<std::string>& work_orders) {
    tx.exec(kForgetUnpublished, text_array(work_orders));
}

constexpr auto kList = sql("SELECT ", kColumns, R"sql(
      FROM production_orders
     WHERE ($1::text IS NULL OR order_id = $1) AND ($2::text IS NULL OR part = $2)
       AND ($3::text IS NULL OR machine = $3) AND ($4 = '' OR id < $4)
     ORDER BY id DESC
     LIMIT $5
)sql");
std::vector<ProductionOrder> list_production_orders(Transaction& tx, const ProductionOrderFilter& filter,
                                                    const rest::Page& page) {
    tx.plan_for_values();
    return read_all(
        tx.exec(kList, filter.order_id, filter.part, filter.machine, page.starting_after, page.limit + 1));
}

constexpr auto kFind = sql("SELECT ", kColumns, "FROM production_orders WHERE id = $1");
std::optional<ProductionOrder> find_production_order(Transaction& tx, const WorkOrderId& id) {
    auto found = read_all(tx.exec(kFind, id.value()));
    if (found.empty()) return {};
    return std::move(found.front());
}

constexpr auto kWithoutMachine = sql("SELECT ", kColumns, R"sql(
      FROM production_orders
     WHERE machine IS NULL AND canceled_at IS NULL
       AND EXISTS (SELECT FROM machines WHERE production_orders.part = ANY (makes))
     ORDER BY id
     LIMIT $1
       FOR NO KEY UPDATE SKIP LOCKED
)sql");
std::vector<ProductionOrder> production_orders_without_machine(Transaction& tx, int most) {
    return read_all(tx.exec(kWithoutMachine, most));
}

constexpr auto kMachineFor = R"sql(
    SELECT name
      FROM machines
     WHERE $1::text = ANY (makes)
     ORDER BY state = 'online' DESC,
              (SELECT count(*) FROM production_orders WHERE machine = name AND good_micro < quantity_micro
                                                         AND canceled_at IS NULL), name
     LIMIT 1
)sql";
std::optional<std::string> machine_for(Transaction& tx, const std::string& part) {
    const auto rows = tx.exec(kMachineFor, part);
    if (rows.empty()) return {};
    return rows.front()[0].c_str();
}

constexpr auto kAssign = "UPDATE production_orders SET machine = $2 WHERE id = $1";
void assign(Transaction& tx, const WorkOrderId& id, const std::string& machine) {
    tx.exec(kAssign, id.value(), machine);
}

constexpr auto kUnitOfPart = "SELECT unit FROM parts WHERE number = $1";
std::string unit_of_part(Transaction& tx, const std::string& part) {
    return tx.exec(kUnitOfPart, part).front()[0].c_str();
}

constexpr auto kTakeUnpublished = R"sql(
    UPDATE production_orders
       SET published_good_micro = good_micro
     WHERE id IN (SELECT id
                    FROM production_orders
                   WHERE good_micro <> coalesce(published_good_micro, 0)
                   ORDER BY id
                   LIMIT $1
                     FOR NO KEY UPDATE SKIP LOCKED)
 RETURNING id, order_id, position, quantity_micro, good_micro
)sql";
std::vector<Progress> take_unpublished_progress(Transaction& tx, int most) {
    return read_progress(tx.exec(kTakeUnpublished, most));
}

constexpr auto kListOutput = R"sql(
    SELECT (extract(epoch FROM bucket) * 1000000)::bigint, part, machine, good, scrap
      FROM (SELECT date_trunc($1, hour, 'UTC') AS bucket, part, machine, sum(good_micro)::bigint AS good,
                   sum(scrap_micro)::bigint AS scrap
              FROM production_hours
             WHERE hour >= to_timestamp($2::bigint / 1000000.0) AND hour < to_timestamp($3::bigint / 1000000.0)
               AND ($4::text IS NULL OR part = $4) AND ($5::text IS NULL OR machine = $5)
             GROUP BY bucket, part, machine) AS made
     WHERE $6::bigint IS NULL OR bucket < to_timestamp($6 / 1000000.0)
        OR (bucket = to_timestamp($6 / 1000000.0) AND (part, machine) > ($7, $8))
     ORDER BY bucket DESC, part, machine
     LIMIT $9
)sql";
std::vector<Output> list_output(Transaction& tx, const OutputFilter& filter) {
    tx.plan_for_values();
    std::optional<std::int64_t> after_us;
    if (filter.after) after_us = core::to_unix_us(filter.after->from);
    std::vector<Output> output;
    for (const auto& row : tx.exec(kListOutput, filter.by == Bucket::hour ? "hour" : "day",
                                   core::to_unix_us(filter.from), core::to_unix_us(filter.to), filter.part,
                                   filter.machine, after_us, filter.after ? filter.after->part : "",
                                   filter.after ? filter.after->machine : "", filter.limit + 1)) {
        output.push_back(
            {read_time(row[0]), row[1].c_str(), row[2].c_str(), quantity(row[3]), quantity(row[4])});
    }
    return output;
}

}  // namespace catalog::store
