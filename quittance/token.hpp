// The token this program shows to the API.
#pragma once

#include <string>

#include "quittance/settings.hpp"

namespace quittance {

// QUITTANCE_TOKEN when it is set, else a new one for QUITTANCE_CLIENT_ID and QUITTANCE_CLIENT_SECRET. Throws
// Misuse when neither is there, std::runtime_error when `auth` gives none.
std::string token(const Settings& settings);

}  // namespace quittance
