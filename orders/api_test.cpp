#include "orders/api.hpp"

#include <gtest/gtest.h>

#include "base/contract.hpp"

extern const std::string_view kOpenApi;

namespace orders {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Service service{never_asked};
    base::Metrics metrics{"orders"};
    const auto offered = base::contract::offered(routes(service, never_asked, metrics));
    EXPECT_EQ(base::contract::described(kOpenApi), offered);
    EXPECT_EQ(base::contract::let_through("orders", offered), offered);
}

}  // namespace
}  // namespace orders
