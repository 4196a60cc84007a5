#include "orders/api.hpp"

#include <gtest/gtest.h>

#include "events/messaging.hpp"
#include "orders/event_handlers.hpp"
#include "rest/contract_check.hpp"
#include "security/sealed_box.hpp"
#include "webhooks/subscription_service.hpp"

extern const std::string_view kOpenApi;

namespace orders {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    postgres::Database never_asked{{.url = "postgresql://nowhere"}};
    Service service{never_asked};
    telemetry::Metrics metrics{"orders"};
    events::Config told;
    told.service = "orders";
    events::Events events{never_asked, std::move(told), metrics};
    register_handlers(events.inbox(), service);
    webhooks::Subscriptions subscriptions{never_asked,
                                          {.service = "orders",
                                           .types = {},
                                           .keys = {security::sealed_box::make_key()},
                                           .sink = {},
                                           .schedule = {}}};
    auto all = routes(service, never_asked, metrics);
    subscriptions.add_routes(all);
    events.add_routes(all);
    const auto offered = rest::contract::offered(all);
    EXPECT_EQ(rest::contract::described(kOpenApi), offered);
    EXPECT_EQ(rest::contract::let_through("orders", offered), offered);
}

}  // namespace
}  // namespace orders
