// `quittance logs`: one request's, order's or event's way through the logs of all services.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace quittance {

std::function<bool()> declare_logs(CLI::App& app);

}  // namespace quittance
