// How much of something, and the units it may be said in. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace catalog {

// A unit of UN/CEFACT Recommendation 20 that the catalog can convert: H87 (piece), KGM, MTR, …
class Unit {
public:
    // Nothing for a code not in the table.
    static std::optional<Unit> parse(std::string_view code);
    std::string_view code() const;
    bool operator==(const Unit&) const = default;

private:
    friend class Quantity;
    explicit Unit(std::size_t index) : index_(index) {}
    std::size_t index_;  // in the table
};

// Millionths of a unit, so that sums are exact.
class Quantity {
public:
    static constexpr std::int64_t kMicro = 1'000'000;
    static constexpr double kMost = 4e9;  // units; a double tells millionths apart up to here

    Quantity() = default;
    static constexpr Quantity from_micro(std::int64_t micro) { return Quantity{micro}; }
    static constexpr Quantity of(std::int64_t units) { return Quantity{units * kMicro}; }
    // Nothing above kMost, below -kMost, or with more than six decimals.
    static std::optional<Quantity> parse(double units);

    std::int64_t micro() const { return micro_; }
    bool is_whole() const { return micro_ % kMicro == 0; }
    double units() const { return static_cast<double>(micro_) / static_cast<double>(kMicro); }
    // Nothing when the units measure different things, or the sum does not fit.
    std::optional<Quantity> convert(Unit from, Unit to) const;

    Quantity operator-() const { return Quantity{-micro_}; }
    Quantity operator+(Quantity other) const { return Quantity{micro_ + other.micro_}; }
    Quantity operator-(Quantity other) const { return Quantity{micro_ - other.micro_}; }
    Quantity& operator+=(Quantity other) { return *this = *this + other; }
    auto operator<=>(const Quantity&) const = default;

private:
    explicit constexpr Quantity(std::int64_t micro) : micro_(micro) {}
    std::int64_t micro_ = 0;
};

// What somebody says as {"quantity","unit"}, `unit` only where it is not `target`, in `target`. `invalid`
// when it can't be turned into it or nothing is left of it.
core::Result<Quantity> in_unit(Quantity quantity, std::optional<Unit> unit, Unit target);

}  // namespace catalog
