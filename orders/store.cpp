#include "orders/store.hpp"

#include <algorithm>

#include "core/address_json.hpp"
#include "orders/order_json.hpp"

namespace orders::store {
namespace {

using postgres::BigintArray;
using postgres::TextArray;

template <class Ids>
postgres::Binary id_array(const Ids& ids) {
    TextArray array;
    for (const auto& id : ids) array.add(id.value());
    return array.parameter();
}

std::optional<std::string> optional_text(const postgres::Field& field) {
    return field.is_null() ? std::nullopt : std::optional{std::string{field.c_str()}};
}

std::optional<std::int64_t> optional_integer(const postgres::Field& field) {
    return field.is_null() ? std::nullopt : std::optional{field.as<std::int64_t>()};
}

core::Time time(const postgres::Field& unix_us) {
    return core::from_unix_us(unix_us.as<std::int64_t>());
}

std::optional<core::Time> optional_time(const postgres::Field& unix_us) {
    return unix_us.is_null() ? std::nullopt : std::optional{time(unix_us)};
}

std::optional<std::int64_t> unix_us(const std::optional<core::Time>& time) {
    return time ? std::optional{core::to_unix_us(*time)} : std::nullopt;
}

// What the database holds was checked by its constraints.
PaymentState payment_state(const postgres::Field& field) {
    return parse_payment_state(field.c_str()).value();
}
FulfilmentState fulfilment_state(const postgres::Field& field) {
    return parse_fulfilment_state(field.c_str()).value();
}
core::Currency currency(const postgres::Field& field) {
    return core::Currency::parse(field.c_str()).value();
}

std::optional<std::string> stored(const std::optional<Address>& address) {
    return address ? std::optional{core::to_stored(*address)} : std::nullopt;
}

}  // namespace

// ---- orders

constexpr auto kReadOnly = R"sql(
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY
)sql";
void read_only(Transaction& tx) {
    tx.exec(kReadOnly);
}

constexpr auto kLock = R"sql(
    SELECT FROM orders WHERE id = $1 FOR NO KEY UPDATE
)sql";
bool lock(Transaction& tx, const OrderId& id) {
    return !tx.exec(kLock, id.value()).empty();
}

namespace {

Order read_order(const postgres::Row& row) {
    return {
        .id = OrderId::trusted(row["id"].c_str()),
        .draft = {.currency = currency(row["currency"]),
                  .email = row["email"].c_str(),
                  .client_id = optional_text(row["client_id"]),
                  .client_reference = optional_text(row["client_reference"]),
                  .shipping_address = core::stored_address(row["shipping_address"].c_str()),
                  .billing_address = row["billing_address"].is_null() ? std::nullopt
                                                                      : std::optional{core::stored_address(
                                                                            row["billing_address"].c_str())},
                  .lines = {},
                  .metadata = stored_metadata(row["metadata"].c_str()),
                  .total_minor = row["total_minor"].as<std::int64_t>()},
        .payment_state = payment_state(row["payment_state"]),
        .fulfilment_state = fulfilment_state(row["fulfilment_state"]),
        .paid_minor = row["paid_minor"].as<std::int64_t>(),
        .refunded_minor = row["refunded_minor"].as<std::int64_t>(),
        .disputed_minor = row["disputed_minor"].as<std::int64_t>(),
        .canceled_at = optional_time(row["canceled_us"]),
        .version = row["version"].as<std::int64_t>(),
        .created_at = time(row["created_us"]),
        .updated_at = time(row["updated_us"]),
    };
}

}  // namespace

constexpr auto kFind = R"sql(
    SELECT id, currency, email, client_id, client_reference, shipping_address, billing_address, metadata,
           total_minor, payment_state, fulfilment_state, paid_minor, refunded_minor, disputed_minor, version,
           (extract(epoch FROM canceled_at) * 1000000)::bigint AS canceled_us,
           (extract(epoch FROM created_at) * 1000000)::bigint AS created_us,
           (extract(epoch FROM updated_at) * 1000000)::bigint AS updated_us
      FROM orders
     WHERE id = ANY ($1::text[])
     ORDER BY id DESC
)sql";
std::vector<Order> find(Transaction& tx, const std::vector<OrderId>& ids) {
    std::vector<Order> orders;
    for (const auto& row : tx.exec(kFind, id_array(ids))) orders.push_back(read_order(row));
    return orders;
}

namespace {

postgres::Binary ids_of(const std::vector<Order>& orders) {
    TextArray array;
    for (const auto& order : orders) array.add(order.id.value());
    return array.parameter();
}

// Finds the order of each row in turn; both stand newest first.
template <class Use>
void each_with_order(const postgres::Rows& rows, std::vector<Order>& orders, Use use) {
    auto order = orders.begin();
    for (const auto& row : rows) {
        order =
            std::find_if(order, orders.end(), [&](const Order& o) { return o.id.value() == row[0].c_str(); });
        use(*order, row);
    }
}

}  // namespace

constexpr auto kLines = R"sql(
    SELECT order_id, sku, description, quantity, unit_price_minor, tax_minor, coalesce(seller, '') AS seller
      FROM order_lines
     WHERE order_id = ANY ($1::text[])
     ORDER BY order_id DESC, position
)sql";
void load_lines(Transaction& tx, std::vector<Order>& orders) {
    each_with_order(tx.exec(kLines, ids_of(orders)), orders, [](Order& order, const postgres::Row& row) {
        order.draft.lines.push_back({.sku = row["sku"].c_str(),
                                     .description = row["description"].c_str(),
                                     .quantity = row["quantity"].as<std::int64_t>(),
                                     .unit_price_minor = row["unit_price_minor"].as<std::int64_t>(),
                                     .tax_minor = optional_integer(row["tax_minor"])});
        order.sellers.emplace_back(row["seller"].c_str());
    });
}

constexpr auto kShipments = R"sql(
    SELECT s.order_id, s.id, s.carrier, s.tracking_number, l.sku, l.quantity,
           (extract(epoch FROM s.shipped_at) * 1000000)::bigint AS shipped_us,
           (extract(epoch FROM s.delivered_at) * 1000000)::bigint AS delivered_us
      FROM shipments s
      JOIN shipment_lines l ON l.shipment_id = s.id
     WHERE s.order_id = ANY ($1::text[])
     ORDER BY s.order_id DESC, s.id, l.sku
)sql";
void load_shipments(Transaction& tx, std::vector<Order>& orders) {
    each_with_order(tx.exec(kShipments, ids_of(orders)), orders, [](Order& order, const postgres::Row& row) {
        auto& shipments = order.shipments;
        if (shipments.empty() || shipments.back().id.value() != row["id"].c_str()) {
            shipments.push_back({.id = core::ShipmentId::trusted(row["id"].c_str()),
                                 .carrier = row["carrier"].c_str(),
                                 .tracking_number = optional_text(row["tracking_number"]),
                                 .lines = {},
                                 .shipped_at = time(row["shipped_us"]),
                                 .delivered_at = optional_time(row["delivered_us"])});
        }
        shipments.back().lines.push_back({row["sku"].c_str(), row["quantity"].as<std::int64_t>()});
    });
}

namespace {

// Ids hold their time in milliseconds, so the primary key narrows a range of it down. The clocks of two
// machines, or of one program and its database, may differ by as much.
constexpr std::chrono::seconds kClocksDiffer{60};

std::optional<std::string> id_at(const std::optional<core::Time>& time, std::chrono::seconds shift) {
    if (!time) return {};
    const auto ms = std::max<std::int64_t>(0, core::to_unix_us(*time + shift) / 1000);
    char text[32];
    std::snprintf(text, sizeof text, "ord_%012llx", static_cast<unsigned long long>(ms));
    return text;
}

std::optional<std::string> value_of(const std::optional<OrderId>& id) {
    return id ? std::optional{id->value()} : std::nullopt;
}

template <class State>
std::optional<std::string> name_of(const std::optional<State>& state) {
    return state ? std::optional{std::string{to_string(*state)}} : std::nullopt;
}

}  // namespace

constexpr auto kList = R"sql(
    SELECT id
      FROM orders
     WHERE ($1::text IS NULL OR payment_state = $1)
       AND ($1::text IS NULL OR $1 IN ('unpaid', 'paid') OR rare_payment_state = $1)
       AND ($2::text IS NULL OR fulfilment_state = $2)
       AND ($3::text IS NULL OR client_id = $3)
       AND ($4::text IS NULL OR client_reference = $4)
       AND ($5::bigint IS NULL OR created_at > to_timestamp($5 / 1000000.0))
       AND ($6::bigint IS NULL OR created_at < to_timestamp($6 / 1000000.0))
       AND ($7::text IS NULL OR id > $7)
       AND ($8::text IS NULL OR id < $8)
       AND ($9::text IS NULL OR id < $9)
       AND ($10::text IS NULL OR EXISTS (SELECT FROM order_lines WHERE order_id = orders.id AND seller = $10))
     ORDER BY id DESC
     LIMIT $11
)sql";
std::vector<OrderId> list(Transaction& tx, const Filter& filter) {
    const auto rows =
        tx.exec(kList, name_of(filter.payment_state), name_of(filter.fulfilment_state), filter.client_id,
                filter.client_reference, unix_us(filter.created_after), unix_us(filter.created_before),
                id_at(filter.created_after, -kClocksDiffer), id_at(filter.created_before, kClocksDiffer),
                value_of(filter.starting_after), filter.seller, filter.limit);
    std::vector<OrderId> ids;
    for (const auto& row : rows) ids.push_back(OrderId::trusted(row[0].c_str()));
    return ids;
}

namespace {

contracts::PaymentFact read_fact(const postgres::Row& row, const OrderId& order_id) {
    return {.order_id = order_id.value(),
            .account = row["account"].c_str(),
            .payment = row["payment"].c_str(),
            .kind = contracts::parse_fact_kind(row["kind"].c_str()).value(),
            .subject = row["subject"].c_str(),
            .amount = {row["amount_minor"].as<std::int64_t>(), currency(row["currency"])},
            .payment_amount_minor = {},
            .event_id = row["event_id"].c_str(),
            .occurred_at = row["occurred_at"].c_str()};
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

Change read_change(const postgres::Row& row) {
    Change change{.kind = parse_change_kind(row["kind"].c_str()).value(),
                  .fields = split(row["fields"].c_str())};
    if (!row["shipment_id"].is_null())
        change.shipment = core::ShipmentId::trusted(row["shipment_id"].c_str());
    return change;
}

TimelineEntry read_entry(const postgres::Row& row, const OrderId& id) {
    TimelineEntry entry{
        .version = row["version"].as<std::int64_t>(),
        .at = time(row["at_us"]),
        .what = Change{},
        .payment_state = {payment_state(row["payment_before"]), payment_state(row["payment_after"])},
        .fulfilment_state = {}};
    if (!row["account"].is_null()) {
        entry.what = read_fact(row, id);
        return entry;
    }
    entry.what = read_change(row);
    entry.fulfilment_state = {fulfilment_state(row["fulfilment_before"]),
                              fulfilment_state(row["fulfilment_after"])};
    return entry;
}

}  // namespace

constexpr auto kTimeline = R"sql(
    SELECT version, (extract(epoch FROM applied_at) * 1000000)::bigint AS at_us, kind,
           account, payment, subject, amount_minor, currency, event_id, occurred_at,
           NULL AS fields, NULL AS shipment_id,
           state_before AS payment_before, state_after AS payment_after,
           NULL AS fulfilment_before, NULL AS fulfilment_after
      FROM payment_facts
     WHERE order_id = $1
     UNION ALL
    SELECT version, (extract(epoch FROM at) * 1000000)::bigint, kind,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           array_to_string(fields, ','), shipment_id,
           payment_state_before, payment_state_after,
           fulfilment_state_before, fulfilment_state_after
      FROM order_changes
     WHERE order_id = $1
     ORDER BY version
)sql";
std::vector<TimelineEntry> timeline(Transaction& tx, const OrderId& id) {
    std::vector<TimelineEntry> entries;
    for (const auto& row : tx.exec(kTimeline, id.value())) entries.push_back(read_entry(row, id));
    return entries;
}

constexpr auto kInsert = R"sql(
    INSERT INTO orders (id, currency, email, client_id, client_reference, shipping_address, billing_address, metadata,
                        total_minor, payment_state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
)sql";
void insert(Transaction& tx, const Order& order) {
    const auto& draft = order.draft;
    tx.exec(kInsert, order.id.value(), std::string{draft.currency.code()}, draft.email, draft.client_id,
            draft.client_reference, to_stored(draft.shipping_address), stored(draft.billing_address),
            to_stored(draft.metadata), draft.total_minor, std::string{to_string(order.payment_state)});
}

constexpr auto kInsertLines = R"sql(
    INSERT INTO order_lines (order_id, position, sku, description, quantity, unit_price_minor, tax_minor, seller)
    SELECT $1, line.position, line.sku, line.description, line.quantity, line.unit_price_minor, line.tax_minor,
           CASE WHEN kept.sku IS NULL THEN product_sellers.seller ELSE kept.seller END
      FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
           WITH ORDINALITY AS line (sku, description, quantity, unit_price_minor, tax_minor, position)
      LEFT JOIN (SELECT DISTINCT ON (sku) sku, seller
                   FROM unnest($7::text[], $8::text[]) AS line (sku, seller)
                  ORDER BY sku, seller) AS kept ON kept.sku = line.sku
      LEFT JOIN product_sellers ON product_sellers.sku = line.sku
)sql";
void insert_lines(Transaction& tx, const Order& order, const std::vector<LineSeller>& kept) {
    TextArray skus;
    TextArray descriptions;
    BigintArray quantities;
    BigintArray prices;
    BigintArray taxes;
    for (const auto& line : order.draft.lines) {
        skus.add(line.sku);
        descriptions.add(line.description);
        quantities.add(line.quantity);
        prices.add(line.unit_price_minor);
        line.tax_minor ? taxes.add(*line.tax_minor) : taxes.add_null();
    }
    TextArray kept_skus;
    TextArray kept_sellers;
    for (const auto& [sku, seller] : kept) {
        kept_skus.add(sku);
        seller ? kept_sellers.add(*seller) : kept_sellers.add_null();
    }
    tx.exec(kInsertLines, order.id.value(), skus.parameter(), descriptions.parameter(),
            quantities.parameter(), prices.parameter(), taxes.parameter(), kept_skus.parameter(),
            kept_sellers.parameter());
}

constexpr auto kSaveSeller = R"sql(
    INSERT INTO product_sellers (sku, seller, version)
    VALUES ($1, $2, $3)
        ON CONFLICT (sku) DO UPDATE SET seller = excluded.seller, version = excluded.version
     WHERE product_sellers.version < excluded.version
)sql";
bool save_seller(Transaction& tx, const std::string& sku, const std::string& seller, std::int64_t version) {
    return tx.exec(kSaveSeller, sku, seller, version).affected_rows() == 1;
}

// Ids hold their time, so the index ends at what is too old.
constexpr auto kSetUnknownSellers = R"sql(
    UPDATE order_lines AS line
       SET seller = $2
      FROM orders
     WHERE line.sku = $1 AND line.seller IS NULL AND line.order_id > $4
       AND orders.id = line.order_id AND orders.created_at >= to_timestamp($3::bigint / 1000000.0)
)sql";
void set_unknown_sellers(Transaction& tx, const std::string& sku, const std::string& seller,
                         core::Time since) {
    tx.exec(kSetUnknownSellers, sku, seller, core::to_unix_us(since), id_at(since, -kClocksDiffer));
}

constexpr auto kDeleteLines = R"sql(
    DELETE FROM order_lines WHERE order_id = $1 RETURNING sku, seller
)sql";
std::vector<LineSeller> delete_lines(Transaction& tx, const OrderId& id) {
    std::vector<LineSeller> sellers;
    for (const auto& row : tx.exec(kDeleteLines, id.value()))
        sellers.push_back({row[0].c_str(), optional_text(row[1])});
    return sellers;
}

constexpr auto kUpdate = R"sql(
    UPDATE orders
       SET currency = $2, email = $3, client_id = $4, client_reference = $5, shipping_address = $6,
           billing_address = $7, metadata = $8, total_minor = $9, payment_state = $10, fulfilment_state = $11,
           paid_minor = $12, refunded_minor = $13, disputed_minor = $14,
           canceled_at = to_timestamp($15::bigint / 1000000.0), version = $16, updated_at = now()
     WHERE id = $1
)sql";
void update(Transaction& tx, const Order& order) {
    const auto& draft = order.draft;
    tx.exec(kUpdate, order.id.value(), std::string{draft.currency.code()}, draft.email, draft.client_id,
            draft.client_reference, to_stored(draft.shipping_address), stored(draft.billing_address),
            to_stored(draft.metadata), draft.total_minor, std::string{to_string(order.payment_state)},
            std::string{to_string(order.fulfilment_state)}, order.paid_minor, order.refunded_minor,
            order.disputed_minor, unix_us(order.canceled_at), order.version);
}

constexpr auto kInsertChange = R"sql(
    INSERT INTO order_changes (order_id, version, kind, fields, shipment_id, payment_state_before,
                               payment_state_after, fulfilment_state_before, fulfilment_state_after)
    VALUES ($1, $2, $3, $4::text[], $5, $6, $7, $8, $9)
)sql";
void insert_change(Transaction& tx, const Order& before, const Order& after, const Change& change) {
    TextArray fields;
    for (const auto& field : change.fields) fields.add(field);
    const auto shipment = change.shipment ? std::optional{change.shipment->value()} : std::nullopt;
    tx.exec(kInsertChange, after.id.value(), after.version, std::string{to_string(change.kind)},
            fields.parameter(), shipment, std::string{to_string(before.payment_state)},
            std::string{to_string(after.payment_state)}, std::string{to_string(before.fulfilment_state)},
            std::string{to_string(after.fulfilment_state)});
}

constexpr auto kInsertShipment = R"sql(
    INSERT INTO shipments (id, order_id, carrier, tracking_number) VALUES ($1, $2, $3, $4)
)sql";
void insert_shipment(Transaction& tx, const OrderId& id, const Shipment& shipment) {
    tx.exec(kInsertShipment, shipment.id.value(), id.value(), shipment.carrier, shipment.tracking_number);
}

constexpr auto kInsertShipmentLines = R"sql(
    INSERT INTO shipment_lines (shipment_id, sku, quantity)
    SELECT $1, line.sku, line.quantity FROM unnest($2::text[], $3::bigint[]) AS line (sku, quantity)
)sql";
void insert_shipment_lines(Transaction& tx, const Shipment& shipment) {
    TextArray skus;
    BigintArray quantities;
    for (const auto& line : shipment.lines) {
        skus.add(line.sku);
        quantities.add(line.quantity);
    }
    tx.exec(kInsertShipmentLines, shipment.id.value(), skus.parameter(), quantities.parameter());
}

constexpr auto kSetDelivered = R"sql(
    UPDATE shipments SET delivered_at = now() WHERE id = $1
)sql";
void set_delivered(Transaction& tx, const core::ShipmentId& id) {
    tx.exec(kSetDelivered, id.value());
}

}  // namespace orders::store
