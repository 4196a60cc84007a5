#include "catalog/api.hpp"

#include <gtest/gtest.h>

#include "rest/contract_check.hpp"
#include "events/messaging.hpp"
#include "security/sealed_box.hpp"
#include "webhooks/subscription_service.hpp"
#include "catalog/event_handlers.hpp"

extern const std::string_view kOpenApi;

namespace catalog {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Services services{never_asked};
    base::Metrics metrics{"catalog"};
    base::events::Config told;
    told.service = "catalog";
    base::events::Events events{never_asked, std::move(told), metrics};
    take_news_of_orders(events.inbox(), services.production);
    base::Subscriptions subscriptions{
        never_asked,
        {.service = "catalog", .types = {}, .keys = {base::sealed::make_key()}, .sink = {}, .schedule = {}}};
    auto all = routes(services, never_asked, metrics);
    subscriptions.add_routes(all);
    events.add_routes(all);
    const auto offered = base::contract::offered(all);
    EXPECT_EQ(base::contract::described(kOpenApi), offered);
    EXPECT_EQ(base::contract::let_through("catalog", offered), offered);
}

}  // namespace
}  // namespace catalog
