#include "clients/api.hpp"
#include "clients/event_handlers.hpp"

#include <gtest/gtest.h>

#include "rest/contract_check.hpp"

extern const std::string_view kOpenApi;

namespace clients {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    postgres::Database never_asked{{.url = "postgresql://nowhere"}};
    Service service{never_asked, ""};
    telemetry::Metrics metrics{"clients"};
    events::Config config;
    config.service = "clients";
    events::Events events{never_asked, std::move(config), metrics};
    register_handlers(events.inbox());
    auto all = routes(service, never_asked, nullptr);
    events.add_routes(all);
    const auto offered = rest::contract::offered(all);
    EXPECT_EQ(rest::contract::described(kOpenApi), offered);
    EXPECT_EQ(rest::contract::let_through("clients", offered), offered);
}

}  // namespace
}  // namespace clients
