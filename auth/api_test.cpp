#include "auth/api.hpp"

#include <gtest/gtest.h>

#include "auth/event_handlers.hpp"
#include "rest/contract_check.hpp"
#include "security/sealed_box.hpp"
#include "runtime/event_sinks.hpp"

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
    Hasher hasher{{.passes = 1, .memory_bytes = 1 << 20, .at_once = 1}, metrics};
    KeyRing keys{nowhere, KeyRing::Config::read(environment)};
    const LoginThrottle login_throttle{LoginThrottle::Config::read(environment, core::Secret{key})};
    Logins logins{nowhere, hasher, keys, login_throttle, Logins::Config::read(environment, core::Secret{key}),
                  metrics};
    Passwords passwords{nowhere, hasher, login_throttle, Passwords::Config::read(environment)};
    UserService people{nowhere, hasher, passwords};
    ApiClientService programs{nowhere, keys, metrics};
    AuditLog audit{nowhere};
    WorkerPool pool{1, 1, metrics};
    EventHandlers consumer{hasher, passwords, login_throttle, PasswordSeal::read(environment)};
    events::Events events{nowhere, runtime::read_event_config(environment, "auth"), metrics};
    consumer.register_handlers(events.inbox());
    const auto offered = rest::contract::offered(
        routes({pool, keys, logins, passwords, people, programs, audit, nowhere, events}));
    EXPECT_EQ(rest::contract::described(kOpenApi), offered);
    EXPECT_EQ(rest::contract::let_through("auth", offered), offered);
}

}  // namespace
}  // namespace auth
