#include "auth/api.hpp"

#include <gtest/gtest.h>

#include "base/contract.hpp"
#include "base/sealed.hpp"

extern const std::string_view kOpenApi;

namespace auth {
namespace {

base::Environment of_a_test(const std::string& key) {
    return base::Environment{
        [key](const char* name) { return name == std::string{"AUTH_KEY_SECRET"} ? key.c_str() : nullptr; }};
}

TEST(Contract, DescribesEveryRouteAndItsToken) {
    const std::string key{base::sealed::make_key().reveal()};
    auto environment = of_a_test(key);
    base::pg::Database nowhere{{.url = "postgresql://nowhere.invalid"}};
    base::Metrics metrics{"auth"};
    Hasher hasher{{.passes = 1, .memory_bytes = 1 << 20, .at_once = 1}, metrics};
    KeyRing keys{nowhere, KeyRing::Config::read(environment)};
    Logins logins{nowhere, hasher, keys, Logins::Config::read(environment, base::Secret{key}), metrics};
    Passwords passwords{nowhere, hasher, Passwords::Config::read(environment)};
    People people{nowhere, hasher, passwords};
    Programs programs{nowhere, keys, metrics};
    AuditLog audit{nowhere};
    Pool pool{1, 1, metrics};
    EXPECT_EQ(
        base::contract::described(kOpenApi),
        base::contract::offered(routes({pool, keys, logins, passwords, people, programs, audit, nowhere})));
}

}  // namespace
}  // namespace auth
