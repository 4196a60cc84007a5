#include "clients/settings.hpp"

#include "security/sealed_box.hpp"
#include "security/service_token.hpp"

namespace clients {

Settings read_settings(core::Environment& environment) {
    auto seal_keys = security::sealed_box::read_public_keys(
        environment, {"PASSWORD_SEAL_PUBLIC_KEY",
                      "32 bytes in base64 (X25519): seals passwords on their way to auth; of several with "
                      "commas the first"});
    return {.password_seal_public_key = std::move(seal_keys.front()),
            .orders = {.base_url = environment.text({"ORDERS_URL", "where orders answers: http://host:port"}),
                       .bearer = security::service_token::read_first(environment)}};
}

}  // namespace clients
