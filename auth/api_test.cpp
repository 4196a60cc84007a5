#include "auth/api.hpp"

#include <gtest/gtest.h>

#include "rest/contract_check.hpp"
#include "security/sealed_box.hpp"

extern const std::string_view kOpenApi;

namespace auth {
namespace {

core::Environment of_a_test(const std::string& key) {
    return core::Environment{[key](const char* name) -> const char* {
        const std::string_view text{name};
        if (text == "EVENTS_SECRET") return "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        return text.ends_with("_KEY") || text == "AUTH_KEY_SECRET" ? key.c_str() : nullptr;
    }};
}

TEST(Contract, DescribesEveryRouteAndItsToken) {
    const std::string key{security::sealed_box::make_key().reveal()};
    auto environment = of_a_test(key);
    postgres::Database nowhere{{.url = "postgresql://nowhere.invalid"}};
    telemetry::Metrics metrics{"auth"};
    auto settings = Settings::read(environment);
    settings.hasher = {.passes = 1, .memory_bytes = 1 << 20, .at_once = 1};
    Services services{nowhere, settings, metrics};
    events::Events events{nowhere, std::move(settings.events), metrics};
    services.consumer.register_handlers(events.inbox());
    auto all = routes(services, nowhere);
    events.add_routes(all);
    const auto offered = rest::contract::offered(all);
    EXPECT_EQ(rest::contract::described(kOpenApi), offered);
    EXPECT_EQ(rest::contract::let_through("auth", offered), offered);
}

}  // namespace
}  // namespace auth
