// What a statement answered: rows of fields, read as types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace pqxx {
class result;
}

namespace postgres {

// One field; valid as long as a Row or the Rows it is of.
class Field {
public:
    Field(const char* text, std::size_t size) : text_(text), size_(size) {}

    bool is_null() const { return text_ == nullptr; }
    const char* c_str() const { return text_ == nullptr ? "" : text_; }
    std::string_view view() const { return {c_str(), size_}; }
    // std::string, bool, int, std::int64_t, std::size_t or double. Throws std::runtime_error for null and for
    // what is not of that type.
    template <class T>
    T as() const;
    std::string bytes() const;               // of a bytea
    std::vector<std::string> texts() const;  // of a text[]; nulls are left out

private:
    const char* text_;
    std::size_t size_;
};
template <>
std::string Field::as<std::string>() const;
template <>
bool Field::as<bool>() const;
template <>
int Field::as<int>() const;
template <>
std::int64_t Field::as<std::int64_t>() const;
template <>
std::size_t Field::as<std::size_t>() const;
template <>
double Field::as<double>() const;

class Row {
public:
    Row(std::shared_ptr<const pqxx::result> result, std::size_t index)
        : result_(std::move(result)), index_(index) {}
    // Throws for a column that is not there.
    Field operator[](const char* column) const;
    Field operator[](int column) const;

private:
    std::shared_ptr<const pqxx::result> result_;
    std::size_t index_;
};

class Rows {
public:
    Rows() = default;  // none
    explicit Rows(std::shared_ptr<const pqxx::result> result) : result_(std::move(result)) {}

    std::size_t size() const;
    bool empty() const { return size() == 0; }
    std::size_t affected_rows() const;
    Row operator[](std::size_t index) const { return {result_, index}; }
    Row front() const { return {result_, 0}; }
    Row back() const { return {result_, size() - 1}; }

    class Iterator {
    public:
        Iterator(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}
        Row operator*() const { return (*rows_)[index_]; }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        bool operator==(const Iterator& other) const { return index_ == other.index_; }

    private:
        const Rows* rows_;
        std::size_t index_;
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size()}; }

private:
    std::shared_ptr<const pqxx::result> result_;
};

template <class T>
std::optional<T> read_optional(const Field& field) {
    if (field.is_null()) return {};
    return field.as<T>();
}

// Of a column that was selected with select_times (sql.hpp).
core::Time read_time(const Field& unix_us);
std::optional<core::Time> read_optional_time(const Field& unix_us);

}  // namespace postgres
