#include "security/service_token.hpp"

namespace security::service_token {

std::vector<core::Secret> read(core::Environment& environment) {
    return environment.secrets(
        {"SERVICE_TOKEN",
         "what services show each other below /internal/; several with commas while it is exchanged: any is "
         "taken, the first is sent"});
}

std::string read_first(core::Environment& environment) {
    const auto tokens = read(environment);
    return tokens.empty() ? "" : std::string{tokens.front().reveal()};
}

}  // namespace security::service_token
