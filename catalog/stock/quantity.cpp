#include "catalog/stock/quantity.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace catalog {
namespace {

enum class Measures { count, mass, length, area, volume, time, energy };

struct Entry {
    std::string_view code;
    Measures measures;
    std::int64_t size;  // in the smallest unit of what it measures
};

// UN/CEFACT Recommendation 20, the common codes of what factories count.
constexpr std::array kTable = std::to_array<Entry>({
    {"H87", Measures::count, 1},             // piece
    {"C62", Measures::count, 1},             // one
    {"EA", Measures::count, 1},              // each
    {"PR", Measures::count, 2},              // pair
    {"DZN", Measures::count, 12},            // dozen
    {"CEN", Measures::count, 100},           // hundred
    {"MIL", Measures::count, 1000},          // thousand
    {"MGM", Measures::mass, 1},              // milligram
    {"GRM", Measures::mass, 1'000},          // gram
    {"KGM", Measures::mass, 1'000'000},      // kilogram
    {"TNE", Measures::mass, 1'000'000'000},  // tonne
    {"MMT", Measures::length, 1},            // millimetre
    {"CMT", Measures::length, 10},           // centimetre
    {"MTR", Measures::length, 1'000},        // metre
    {"KMT", Measures::length, 1'000'000},    // kilometre
    {"MMK", Measures::area, 1},              // square millimetre
    {"CMK", Measures::area, 100},            // square centimetre
    {"MTK", Measures::area, 1'000'000},      // square metre
    {"MLT", Measures::volume, 1},            // millilitre
    {"CLT", Measures::volume, 10},           // centilitre
    {"LTR", Measures::volume, 1'000},        // litre
    {"MTQ", Measures::volume, 1'000'000},    // cubic metre
    {"SEC", Measures::time, 1},              // second
    {"MIN", Measures::time, 60},             // minute
    {"HUR", Measures::time, 3'600},          // hour
    {"DAY", Measures::time, 86'400},         // day
    {"WHR", Measures::energy, 1},            // watt hour
    {"KWH", Measures::energy, 1'000},        // kilowatt hour
    {"MWH", Measures::energy, 1'000'000},    // megawatt hour
});

}  // namespace

std::optional<Unit> Unit::parse(std::string_view code) {
    const auto found = std::ranges::find(kTable, code, &Entry::code);
    if (found == kTable.end()) return {};
    return Unit{static_cast<std::size_t>(found - kTable.begin())};
}

std::string_view Unit::code() const {
    return kTable[index_].code;
}

std::optional<Quantity> Quantity::parse(double units) {
    if (!(std::abs(units) <= kMost)) return {};
    const Quantity quantity{std::llround(units * static_cast<double>(kMicro))};
    if (quantity.units() != units) return {};
    return quantity;
}

std::optional<Quantity> Quantity::convert(Unit from, Unit to) const {
    if (from == to) return *this;
    const auto& source = kTable[from.index_];
    const auto& target = kTable[to.index_];
    if (source.measures != target.measures) return {};
    __extension__ using Wide = __int128;
    const Wide scaled = static_cast<Wide>(micro_) * source.size;
    const Wide half = target.size / 2;
    const Wide result = (scaled + (scaled < 0 ? -half : half)) / target.size;
    const Wide most = static_cast<Wide>(kMost) * kMicro;
    if (result > most || result < -most) return {};
    return Quantity{static_cast<std::int64_t>(result)};
}

core::Result<Quantity> in_unit(Quantity quantity, std::optional<Unit> unit, Unit target) {
    const auto converted = quantity.convert(unit.value_or(target), target);
    if (!converted) return core::invalid("unit", "can't be turned into " + std::string{target.code()});
    if (*converted == Quantity{} && quantity != Quantity{})
        return core::invalid("quantity", "is less than a millionth " + std::string{target.code()});
    return *converted;
}

}  // namespace catalog
