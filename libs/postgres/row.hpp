// What a row's fields hold, as types: what may be null, times, and lists of texts.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "core/clock.hpp"
#include "postgres/database.hpp"

// How a statement selects a time that `read_time` is to read.
#define UNIX_US(column) "(extract(epoch FROM " #column ") * 1000000)::bigint AS " #column

namespace base::pg {

template <class T>
std::optional<T> read_optional(const pqxx::field& field) {
    if (field.is_null()) return {};
    return field.as<T>();
}

inline Time read_time(const pqxx::field& unix_us) {
    return from_unix_us(unix_us.as<std::int64_t>());
}

inline std::optional<Time> read_optional_time(const pqxx::field& unix_us) {
    if (unix_us.is_null()) return {};
    return read_time(unix_us);
}

// The parameter of a list of texts.
template <class Texts>
pqxx::binarystring text_array(const Texts& texts) {
    TextArray array;
    for (const auto& text : texts) array.add(text);
    return array.parameter();
}

}  // namespace base::pg
