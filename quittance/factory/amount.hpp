// How much of something: millionths, as the catalog keeps it, so that sums are exact. Pure.
#pragma once

#include <cmath>
#include <cstdint>
#include "core/json.hpp"

namespace quittance::factory {

using Micro = std::int64_t;
constexpr Micro kMicro = 1'000'000;

// A whole number where it is one.
inline core::json::Value to_json(Micro micro) {
    if (micro % kMicro == 0) return micro / kMicro;
    return static_cast<double>(micro) / static_cast<double>(kMicro);
}
inline Micro micro_of(double number) {
    return std::llround(number * static_cast<double>(kMicro));
}

}  // namespace quittance::factory
