// Amounts in minor units of ISO 4217 (cents, yen, fils), so that no sum is ever rounded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

// An active ISO 4217 code. The only way to own one is `parse`.
class Currency {
public:
    // Upper case only ("EUR"); providers' lower case is theirs to convert.
    static std::optional<Currency> parse(std::string_view code);

    std::string_view code() const { return {code_, 3}; }
    // Digits after the decimal point by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD.
    int exponent() const { return exponent_; }
    bool operator==(const Currency& other) const { return code() == other.code(); }

private:
    Currency(std::string_view code, int exponent) : code_{code[0], code[1], code[2]}, exponent_(exponent) {}
    char code_[3];
    int exponent_;
};

struct Money {
    std::int64_t amount_minor;
    Currency currency;
    bool operator==(const Money&) const = default;
};

// As people write it: "21.00 EUR", "1200 JPY".
std::string to_text(const Money& money);

// Nothing on overflow.
std::optional<std::int64_t> checked_add(std::int64_t a, std::int64_t b);
std::optional<std::int64_t> checked_multiply(std::int64_t a, std::int64_t b);

}  // namespace core
