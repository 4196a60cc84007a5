// Holds what the catalog shows against what a simulation recorded.
#pragma once

#include <string>
#include <vector>

#include "quittance/factory/catalog.hpp"
#include "quittance/factory/expectation.hpp"

namespace quittance::factory {

// What differs, a line each; nothing when all is as it should be.
std::vector<std::string> differences(const Catalog& catalog, const Record& record);

}  // namespace quittance::factory
