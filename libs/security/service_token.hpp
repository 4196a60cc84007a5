// SERVICE_TOKEN, which services show each other below /internal/. Several, with commas, while it is
// exchanged: any is taken, the first is sent.
#pragma once

#include <string>
#include <vector>

#include "core/environment.hpp"

namespace security::service_token {

std::vector<core::Secret> read(core::Environment& environment);
std::string read_first(core::Environment& environment);

}  // namespace security::service_token
