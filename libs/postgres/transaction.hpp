// A transaction as the stores see it: statements with parameters, rows back.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "postgres/arrays.hpp"
#include "postgres/errors.hpp"
#include "postgres/rows.hpp"

namespace pqxx {
class transaction_base;
}

namespace postgres {

class Connection;

// One parameter of a statement. It refers to the argument it is made of.
class Parameter {
public:
    Parameter(std::nullptr_t) : null_(true) {}
    Parameter(std::string_view text) : text_(text) {}
    Parameter(const std::string& text) : text_(text) {}
    Parameter(const char* text) : text_(text) {}
    Parameter(bool value) : text_(value ? "t" : "f") {}
    Parameter(const Binary& binary) : text_(binary.bytes), binary_(true) {}
    template <class Number>
    requires((std::integral<Number> && !std::same_as<Number, bool>) || std::same_as<Number, double>)
        Parameter(Number number) {
        digit_count_ =
            static_cast<std::size_t>(std::to_chars(digits_, digits_ + sizeof digits_, number).ptr - digits_);
    }
    template <class T>
    Parameter(const std::optional<T>& value) : Parameter(value ? Parameter(*value) : Parameter(nullptr)) {}

    bool is_null() const { return null_; }
    bool is_binary() const { return binary_; }
    std::string_view text() const {
        return digit_count_ > 0 ? std::string_view{digits_, digit_count_} : text_;
    }

private:
    std::string_view text_;
    bool null_ = false;
    bool binary_ = false;
    std::size_t digit_count_ = 0;
    char digits_[32];
};

class Transaction {
public:
    Transaction(Connection& connection, pqxx::transaction_base& tx) : connection_(connection), tx_(tx) {}
    // `sql` is a constant; parameters are $1, $2, …: texts without NUL, numbers, booleans, optionals, Binary.
    // Throws SqlError, Conflict or BrokenConnection.
    template <class... Args>
    Rows exec(std::string_view sql, const Args&... args) {
        if constexpr (sizeof...(args) == 0) {
            return run(sql, {});
        } else {
            const Parameter parameters[] = {Parameter(args)...};
            return run(sql, parameters);
        }
    }

    // From here to its end the transaction plans each statement for its values, as a list with optional
    // filters needs.
    void plan_for_values();

    // What is done here is of interest at once: after the commit, and only then, the database's listener is
    // called.
    void announce() { announced_ = true; }
    bool announced() const { return announced_; }

private:
    Rows run(std::string_view sql, std::span<const Parameter> parameters);

    Connection& connection_;
    pqxx::transaction_base& tx_;
    bool announced_ = false;
};

}  // namespace postgres
