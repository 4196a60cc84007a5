// `quittance simulate factory` and `quittance check factory`: their options, and what they do with them.
#pragma once

#include <functional>

#include "core/command_line.hpp"

namespace quittance::factory {

// Declares both below `simulate` and `check`; answers what is to be called when one was parsed: true is a
// good end. Throws std::runtime_error, and Misuse (quittance/settings) for what has to be given and is not.
std::function<bool()> declare(core::Command simulate, core::Command check);

}  // namespace quittance::factory
