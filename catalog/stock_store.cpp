#include "catalog/stock_store.hpp"

#include "base/id.hpp"

namespace catalog::store {
namespace {

using base::pg::BigintArray;
using base::pg::TextArray;
using MovementId = base::Id<"mov">;

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
void move(Transaction& tx, std::span<const Movement> movements) {
    std::vector<std::string> moved;
    for (const auto& movement : movements) moved.push_back(movement.item);
    lock_balances(tx, moved);
    TextArray items, ids, kinds, references, reasons, machines;
    BigintArray on_hand, reserved, boots, from, to;
    for (const auto& movement : movements) {
        items.add(movement.item);
        on_hand.add(movement.on_hand.micro());
        reserved.add(movement.reserved.micro());
        ids.add(MovementId::make().value());
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
}

}  // namespace catalog::store
