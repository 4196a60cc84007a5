#include "postgres/rows.hpp"

#include <charconv>
#include <pqxx/array>
#include <pqxx/result>
#include <stdexcept>
#include <tuple>

namespace postgres {
namespace {

template <class Number>
Number number(const Field& field) {
    Number value{};
    const auto text = field.view();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw std::runtime_error{"a field of a row is not the number it should be"};
    }
    return value;
}

Field field_of(const pqxx::field& field) {
    return field.is_null() ? Field{nullptr, 0} : Field{field.c_str(), field.size()};
}

}  // namespace

template <>
std::string Field::as<std::string>() const {
    if (is_null()) throw std::runtime_error{"a field of a row is null"};
    return std::string{view()};
}
template <>
bool Field::as<bool>() const {
    if (view() == "t") return true;
    if (view() == "f") return false;
    throw std::runtime_error{"a field of a row is not the boolean it should be"};
}
template <>
int Field::as<int>() const {
    return number<int>(*this);
}
template <>
std::int64_t Field::as<std::int64_t>() const {
    return number<std::int64_t>(*this);
}
template <>
std::size_t Field::as<std::size_t>() const {
    return number<std::size_t>(*this);
}
template <>
double Field::as<double>() const {
    return number<double>(*this);
}

// PostgreSQL's hex format: \x and two digits a byte.
std::string Field::bytes() const {
    const auto text = view();
    const auto digit = [&](std::size_t at) {
        const char c = text[at];
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        throw std::runtime_error{"a field of a row is not the bytea it should be"};
    };
    if (!text.starts_with("\\x") || text.size() % 2 != 0) {
        throw std::runtime_error{"a field of a row is not the bytea it should be"};
    }
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t at = 2; at < text.size(); at += 2) {
        bytes += static_cast<char>(digit(at) << 4 | digit(at + 1));
    }
    return bytes;
}

std::vector<std::string> Field::texts() const {
    std::vector<std::string> texts;
    pqxx::array_parser parser{c_str()};
    for (auto [kind, text] = parser.get_next(); kind != pqxx::array_parser::done;
         std::tie(kind, text) = parser.get_next()) {
        if (kind == pqxx::array_parser::string_value) texts.push_back(text);
    }
    return texts;
}

Field Row::operator[](const char* column) const {
    return field_of((*result_)[static_cast<pqxx::result::size_type>(index_)][column]);
}
Field Row::operator[](int column) const {
    return field_of(
        (*result_)[static_cast<pqxx::result::size_type>(index_)][static_cast<pqxx::row::size_type>(column)]);
}

std::size_t Rows::size() const {
    return result_ ? static_cast<std::size_t>(result_->size()) : 0;
}
std::size_t Rows::affected_rows() const {
    return static_cast<std::size_t>(result_->affected_rows());
}

core::Time read_time(const Field& unix_us) {
    return core::from_unix_us(unix_us.as<std::int64_t>());
}
std::optional<core::Time> read_optional_time(const Field& unix_us) {
    if (unix_us.is_null()) return {};
    return read_time(unix_us);
}

}  // namespace postgres
