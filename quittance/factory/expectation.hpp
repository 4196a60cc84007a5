// What the catalog has to show after what was recorded. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "quittance/factory/amount.hpp"
#include "quittance/factory/record.hpp"

namespace quittance::factory {

struct ExpectedMachine {
    std::int64_t boot = 0;  // the greatest, and its greatest seq
    std::int64_t last_seq = 0;
    std::map<std::string, int> dead_letters;  // by verdict
};

struct Expected {
    std::map<std::string, Micro> parts;        // number → pieces on hand
    std::map<std::string, Micro> materials;    // code → on hand, in kilograms or litres
    std::map<std::string, Micro> work_orders;  // → good ones
    std::map<std::string, ExpectedMachine> machines;
};

// A counter – of a machine's boot, a part, its revision, a work order – counts by its greatest total; a level
// by the last that its machine told; what is no total, one by one.
Expected expect(const Record& record);

}  // namespace quittance::factory
