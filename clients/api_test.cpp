#include "clients/api.hpp"

#include <gtest/gtest.h>

#include "rest/contract_check.hpp"

extern const std::string_view kOpenApi;

namespace clients {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Service service{never_asked, ""};
    base::Metrics metrics{"clients"};
    base::events::Config config;
    config.service = "clients";
    base::events::Events events{never_asked, std::move(config), metrics};
    const auto offered = base::contract::offered(routes(service, never_asked, events, nullptr));
    EXPECT_EQ(base::contract::described(kOpenApi), offered);
    EXPECT_EQ(base::contract::let_through("clients", offered), offered);
}

}  // namespace
}  // namespace clients
