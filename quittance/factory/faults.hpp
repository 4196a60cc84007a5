// What goes wrong between a machine and the broker, on request. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "quittance/factory/machine.hpp"

namespace quittance::factory {

// 1% or 0.01.
std::optional<double> parse_share(std::string_view text);

struct Odds {
    double duplicates = 0;
    double gaps = 0;
    double reorder = 0;
    double bad = 0;
    double reboots = 0;
};

enum class Fate {
    sent,
    twice,
    withheld,  // until it is asked for
    late,      // after some that were said later
};
Fate draw_fate(const Odds& odds, Random& random);

}  // namespace quittance::factory
