// How columns of the catalog's tables are read and lists of texts are given.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/pg.hpp"
#include "catalog/quantity.hpp"
#include "catalog/stock.hpp"

// A time as `base::from_unix_us` takes it.
#define UNIX_US(column) "(extract(epoch FROM " column ") * 1000000)::bigint"

namespace catalog::store {

inline std::optional<std::string> optional_text(const pqxx::field& field) {
    if (field.is_null()) return {};
    return field.c_str();
}

inline base::Time time(const pqxx::field& unix_us) {
    return base::from_unix_us(unix_us.as<std::int64_t>());
}

inline Quantity quantity(const pqxx::field& micro) {
    return Quantity::from_micro(micro.as<std::int64_t>());
}

// Units and codes were checked when they went in.
inline Unit unit(const pqxx::field& code) {
    return Unit::parse(code.c_str()).value();
}

// Of a row that has on_hand_micro and reserved_micro; null where nothing ever moved.
inline Balance balance(const pqxx::row& row) {
    if (row["on_hand_micro"].is_null()) return {};
    return {quantity(row["on_hand_micro"]), quantity(row["reserved_micro"])};
}

using Attributes = std::map<std::string, std::string>;
inline Attributes attributes(const pqxx::field& json) {
    return nlohmann::json::parse(json.c_str()).get<Attributes>();
}
inline std::string stored(const Attributes& attributes) {
    return nlohmann::json(attributes).dump();
}

inline base::pg::TextArray array_of(const std::vector<std::string>& texts) {
    base::pg::TextArray array;
    for (const auto& text : texts) array.add(text);
    return array;
}

}  // namespace catalog::store
