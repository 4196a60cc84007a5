#include "payment/api.hpp"

#include <gtest/gtest.h>

#include "events/messaging.hpp"
#include "payment/event_handlers.hpp"
#include "rest/contract_check.hpp"
#include "security/sealed_box.hpp"
#include "webhooks/subscription_service.hpp"

extern const std::string_view kOpenApi;

namespace payment {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    telemetry::Metrics metrics{"payment"};
    postgres::Database never_asked{{.url = "postgresql://nowhere"}};
    http::Client orders{{.base_url = "http://127.0.0.1:9", .bearer = {}}};
    Service service{never_asked, orders, {}};
    WebhookQueue intake{service, metrics, {.committers = 1}};
    events::Config told;
    told.service = "payment";
    events::Events events{never_asked, std::move(told), metrics};
    register_handlers(events.inbox());
    webhooks::Subscriptions subscriptions{never_asked,
                                          {.service = "payment",
                                           .types = {},
                                           .keys = {security::sealed_box::make_key()},
                                           .sink = {},
                                           .schedule = {}}};
    auto all = routes({}, intake, service);
    subscriptions.add_routes(all);
    events.add_routes(all);
    const auto offered = rest::contract::offered(all);
    EXPECT_EQ(rest::contract::described(kOpenApi), offered);
    EXPECT_EQ(rest::contract::let_through("payment", offered), offered);
}

}  // namespace
}  // namespace payment
