// `quittance logs`: one request's, order's or event's way through the logs of all services.
#pragma once

#include <functional>

#include "core/command_line.hpp"

namespace quittance {

std::function<bool()> declare_logs(core::Command app);

}  // namespace quittance
