#include "orders/api.hpp"

#include <gtest/gtest.h>

#include "rest/contract_check.hpp"
#include "events/messaging.hpp"
#include "security/sealed_box.hpp"
#include "webhooks/subscription_service.hpp"
#include "orders/erasure.hpp"
#include "orders/production_event_handlers.hpp"

extern const std::string_view kOpenApi;

namespace orders {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Service service{never_asked};
    base::Metrics metrics{"orders"};
    base::events::Config told;
    told.service = "orders";
    base::events::Events events{never_asked, std::move(told), metrics};
    take_news_of_production(events.inbox(), service);
    take_news_of_clients(events.inbox());
    base::Subscriptions subscriptions{
        never_asked,
        {.service = "orders", .types = {}, .keys = {base::sealed::make_key()}, .sink = {}, .schedule = {}}};
    auto all = routes(service, never_asked, metrics);
    subscriptions.add_routes(all);
    events.add_routes(all);
    const auto offered = base::contract::offered(all);
    EXPECT_EQ(base::contract::described(kOpenApi), offered);
    EXPECT_EQ(base::contract::let_through("orders", offered), offered);
}

}  // namespace
}  // namespace orders
