// What a row of the catalog's tables holds, as types: quantities, units, balances, attributes.
#pragma once

#include <map>
#include <string>
#include "core/json.hpp"

#include "catalog/stock/quantity.hpp"
#include "catalog/stock/stock.hpp"
#include "postgres/sql.hpp"
#include "postgres/transaction.hpp"

namespace catalog::store {

using postgres::read_optional;
using postgres::read_optional_time;
using postgres::read_time;
using postgres::select_times;
using postgres::sql;
using postgres::text_array;

// What statements join to show a balance; its columns have names that are no other table's.
constexpr auto kBalances = sql("(SELECT item, on_hand_micro, reserved_micro FROM stock) AS balance");

inline Quantity quantity(const postgres::Field& micro) {
    return Quantity::from_micro(micro.as<std::int64_t>());
}

// Units and codes were checked when they went in.
inline Unit unit(const postgres::Field& code) {
    return Unit::parse(code.c_str()).value();
}

// Of a row that has on_hand_micro and reserved_micro; null where nothing ever moved.
inline Balance balance(const postgres::Row& row) {
    if (row["on_hand_micro"].is_null()) return {};
    return {quantity(row["on_hand_micro"]), quantity(row["reserved_micro"])};
}

using Attributes = std::map<std::string, std::string>;
inline Attributes attributes(const postgres::Field& json) {
    return core::json::Value::parse(json.c_str()).get<Attributes>();
}
inline std::string stored(const Attributes& attributes) {
    return core::json::Value(attributes).dump();
}

}  // namespace catalog::store
