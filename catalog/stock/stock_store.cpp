#include "catalog/stock/stock_store.hpp"

#include "core/id.hpp"
#include "postgres/sql.hpp"

namespace catalog::store {
namespace {

using postgres::BigintArray;
using postgres::TextArray;
using MovementId = core::Id<"mov">;
using postgres::read_optional;
using postgres::read_time;
using postgres::select_times;
using postgres::sql;

Quantity read_quantity(const postgres::Field& micro) {
    return Quantity::from_micro(micro.as<std::int64_t>());
}

std::optional<MachineOrigin> read_origin(const postgres::Row& row) {
    if (row["machine"].is_null()) return {};
    return MachineOrigin{row["machine"].c_str(), row["boot"].as<std::int64_t>(),
                         row["from_seq"].as<std::int64_t>(), row["to_seq"].as<std::int64_t>()};
}

constexpr auto kSelectMovements =
    sql("SELECT id, item, kind, on_hand_micro, reserved_micro, reference, reason, machine, boot, "
        "from_seq, to_seq, ",
        select_times("at"), " FROM stock_movements ");

LedgerEntry read_movement(const postgres::Row& row) {
    return {.id = row["id"].c_str(),
            .movement = {.item = row["item"].c_str(),
                         .kind = parse_movement_kind(row["kind"].c_str()).value(),
                         .on_hand = read_quantity(row["on_hand_micro"]),
                         .reserved = read_quantity(row["reserved_micro"]),
                         .reference = row["reference"].c_str(),
                         .reason = row["reason"].c_str(),
                         .origin = read_origin(row)},
            .at = read_time(row["at"])};
}

}  // namespace

constexpr auto kMakeBalances = R"sql(
    INSERT INTO stock (item)
    SELECT DISTINCT item FROM unnest($1::text[]) AS asked (item) ORDER BY item
        ON CONFLICT DO NOTHING
)sql";
constexpr auto kLockBalances = R"sql(
    SELECT item, on_hand_micro, reserved_micro
      FROM stock
     WHERE item = ANY ($1::text[])
     ORDER BY item
       FOR NO KEY UPDATE
)sql";
std::map<std::string, Balance, std::less<>> lock_balances(Transaction& tx,
                                                          const std::vector<std::string>& items) {
    TextArray asked;
    for (const auto& item : items) asked.add(item);
    tx.exec(kMakeBalances, asked.parameter());
    std::map<std::string, Balance, std::less<>> balances;
    for (const auto& row : tx.exec(kLockBalances, asked.parameter())) {
        balances.emplace(row[0].c_str(), Balance{Quantity::from_micro(row[1].as<std::int64_t>()),
                                                 Quantity::from_micro(row[2].as<std::int64_t>())});
    }
    return balances;
}

constexpr auto kAddToBalances = R"sql(
    UPDATE stock
       SET on_hand_micro = stock.on_hand_micro + moved.on_hand,
           reserved_micro = stock.reserved_micro + moved.reserved, updated_at = now()
      FROM (SELECT item, sum(on_hand)::bigint, sum(reserved)::bigint
              FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS movement (item, on_hand, reserved)
             GROUP BY item) AS moved (item, on_hand, reserved)
     WHERE stock.item = moved.item
)sql";
constexpr auto kInsertMovements = R"sql(
    INSERT INTO stock_movements (item, on_hand_micro, reserved_micro, id, kind, reference, reason, machine, boot,
                                 from_seq, to_seq)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                         $8::text[], $9::bigint[], $10::bigint[], $11::bigint[])
)sql";
std::vector<std::string> move(Transaction& tx, std::span<const Movement> movements) {
    std::vector<std::string> moved, made;
    for (const auto& movement : movements) moved.push_back(movement.item);
    lock_balances(tx, moved);
    TextArray items, ids, kinds, references, reasons, machines;
    BigintArray on_hand, reserved, boots, from, to;
    for (const auto& movement : movements) {
        items.add(movement.item);
        on_hand.add(movement.on_hand.micro());
        reserved.add(movement.reserved.micro());
        ids.add(made.emplace_back(MovementId::make().value()));
        kinds.add(to_string(movement.kind));
        references.add(movement.reference);
        reasons.add(movement.reason);
        if (const auto& origin = movement.origin) {
            machines.add(origin->machine);
            boots.add(origin->boot);
            from.add(origin->from_seq);
            to.add(origin->to_seq);
        } else {
            machines.add_null();
            boots.add_null();
            from.add_null();
            to.add_null();
        }
    }
    tx.exec(kAddToBalances, items.parameter(), on_hand.parameter(), reserved.parameter());
    tx.exec(kInsertMovements, items.parameter(), on_hand.parameter(), reserved.parameter(), ids.parameter(),
            kinds.parameter(), references.parameter(), reasons.parameter(), machines.parameter(),
            boots.parameter(), from.parameter(), to.parameter());
    return made;
}

constexpr auto kFindItem = R"sql(
    SELECT 'part:' || number AS item, unit FROM parts WHERE $1 = 'part' AND number = $2
     UNION ALL
    SELECT 'material:' || code, unit FROM materials WHERE $1 = 'material' AND code = $2
     UNION ALL
    SELECT coalesce('part:' || part, 'product:' || sku), coalesce(unit, 'H87')
      FROM products LEFT JOIN parts ON number = part
     WHERE $1 = 'product' AND sku = $2
)sql";
std::optional<ItemUnit> find_item(Transaction& tx, const Thing& thing) {
    const auto rows = tx.exec(kFindItem, std::string{to_string(thing.kind)}, thing.name);
    if (rows.empty()) return {};
    return ItemUnit{rows[0]["item"].c_str(), Unit::parse(rows[0]["unit"].c_str()).value()};
}

constexpr auto kFindMovement = sql(kSelectMovements, "WHERE id = $1");
std::optional<LedgerEntry> find_movement(Transaction& tx, const std::string& id) {
    const auto rows = tx.exec(kFindMovement, id);
    if (rows.empty()) return {};
    return read_movement(rows.front());
}

constexpr auto kListMovements =
    sql(kSelectMovements, "WHERE item = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3");
std::vector<LedgerEntry> list_movements(Transaction& tx, const std::string& item, const rest::Page& page) {
    std::vector<LedgerEntry> movements;
    for (const auto& row : tx.exec(kListMovements, item, page.starting_after, page.limit + 1))
        movements.push_back(read_movement(row));
    return movements;
}

constexpr auto kListStock =
    sql("SELECT item, on_hand_micro, reserved_micro, ", select_times("updated_at"), R"sql(,
           CASE split_part(item, ':', 1)
           WHEN 'part' THEN (SELECT unit FROM parts WHERE number = substr(item, 6))
           WHEN 'material' THEN (SELECT unit FROM materials WHERE code = substr(item, 10))
           ELSE 'H87'
           END AS unit
      FROM stock
     WHERE item > $1
     ORDER BY item
     LIMIT $2
)sql");
std::vector<StockItem> list_stock(Transaction& tx, const rest::Page& page) {
    std::vector<StockItem> items;
    for (const auto& row : tx.exec(kListStock, page.starting_after, page.limit + 1)) {
        const auto unit = read_optional<std::string>(row["unit"]);
        items.push_back(
            {.item = row["item"].c_str(),
             .unit = unit ? Unit::parse(*unit) : std::nullopt,
             .balance = {read_quantity(row["on_hand_micro"]), read_quantity(row["reserved_micro"])},
             .updated_at = read_time(row["updated_at"])});
    }
    return items;
}

}  // namespace catalog::store
