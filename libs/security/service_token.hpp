// SERVICE_TOKEN, which services show each other below /internal/. Several, with commas, while it is
// exchanged: any is taken, the first is sent.
#pragma once

#include <string>
#include <vector>

#include "core/environment.hpp"

namespace base::service_token {

std::vector<Secret> read(Environment& environment);
std::string read_first(Environment& environment);

}  // namespace base::service_token
