#include "orders/api.hpp"

#include <gtest/gtest.h>

#include "base/contract.hpp"
#include "base/events.hpp"
#include "orders/erasure.hpp"

extern const std::string_view kOpenApi;

namespace orders {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Service service{never_asked};
    base::Metrics metrics{"orders"};
    base::events::Config config;
    config.service = "orders";
    base::events::Events events{never_asked, std::move(config), metrics};
    take_news_of_clients(events.inbox());
    auto all = routes(service, never_asked, metrics);
    events.add_routes(all);
    const auto offered = base::contract::offered(all);
    EXPECT_EQ(base::contract::described(kOpenApi), offered);
    EXPECT_EQ(base::contract::let_through("orders", offered), offered);
}

}  // namespace
}  // namespace orders
