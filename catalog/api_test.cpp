#include "catalog/api.hpp"

#include <gtest/gtest.h>

#include "catalog/event_handlers.hpp"
#include "events/messaging.hpp"
#include "rest/contract_check.hpp"
#include "security/sealed_box.hpp"
#include "webhooks/subscription_service.hpp"

extern const std::string_view kOpenApi;

namespace catalog {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    postgres::Database never_asked{{.url = "postgresql://nowhere"}};
    Services services{never_asked};
    telemetry::Metrics metrics{"catalog"};
    events::Config told;
    told.service = "catalog";
    events::Events events{never_asked, std::move(told), metrics};
    register_handlers(events.inbox(), services.production);
    webhooks::Subscriptions subscriptions{never_asked,
                                          {.service = "catalog",
                                           .types = {},
                                           .keys = {security::sealed_box::make_key()},
                                           .sink = {},
                                           .schedule = {}}};
    auto all = routes(services, never_asked, metrics);
    subscriptions.add_routes(all);
    events.add_routes(all);
    const auto offered = rest::contract::offered(all);
    EXPECT_EQ(rest::contract::described(kOpenApi), offered);
    EXPECT_EQ(rest::contract::let_through("catalog", offered), offered);
}

}  // namespace
}  // namespace catalog
