// Statements composed of constant texts, at compile time.
//
//   constexpr auto kSelect = sql("SELECT id, ", select_times("created_at"), " FROM things ");
//   constexpr auto kFind = sql(kSelect, "WHERE id = $1");
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace postgres {

template <std::size_t Size>
struct Sql {
    char text[Size + 1] = {};
    // A prepared statement is known by its address. At compile time, only a constant with static storage can
    // be viewed: a local one, or a temporary, is an error.
    consteval operator std::string_view() const { return {text, Size}; }
};

template <std::size_t Size>
consteval Sql<Size - 1> sql(const char (&text)[Size]) {
    Sql<Size - 1> made;
    std::copy_n(text, Size, made.text);
    return made;
}
template <std::size_t Size>
consteval Sql<Size> sql(const Sql<Size>& one) {
    return one;
}
template <std::size_t A, std::size_t B>
consteval Sql<A + B> operator+(const Sql<A>& a, const Sql<B>& b) {
    Sql<A + B> made;
    std::copy_n(b.text, B, std::copy_n(a.text, A, made.text));
    return made;
}
template <class... Parts>
requires(sizeof...(Parts) > 1) consteval auto sql(const Parts&... parts) {
    return (sql(parts) + ...);
}

// Selects a time as read_time reads it, in whole microseconds.
template <class Expression, class Name>
consteval auto select_time_as(const Expression& expression, const Name& name) {
    return sql("(extract(epoch FROM ", expression, ") * 1000000)::bigint AS ", name);
}
template <std::size_t Size>
consteval auto select_times(const char (&column)[Size]) {
    return select_time_as(column, column);
}
template <std::size_t Size, class... More>
consteval auto select_times(const char (&column)[Size], const More&... more) {
    return sql(select_times(column), ", ", select_times(more...));
}

}  // namespace postgres
