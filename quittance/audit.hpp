// quittance audit: the audit log of `auth`, taken along and verified – there, or here from a copy.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace quittance {

// Declares `audit verify` and `audit export`; what is answered runs the one that was asked for and says
// whether all was right.
std::function<bool()> declare_audit(CLI::App& audit);

}  // namespace quittance
