// quittance audit: the audit log of `auth`, taken along and verified – there, or here from a copy.
#pragma once

#include <functional>

#include "core/command_line.hpp"

namespace quittance {

// Declares `audit verify` and `audit export`; what is answered runs the one that was asked for and says
// whether all was right.
std::function<bool()> declare_audit(core::Command audit);

}  // namespace quittance
