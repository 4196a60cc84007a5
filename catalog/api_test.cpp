#include "catalog/api.hpp"

#include <gtest/gtest.h>

#include "base/contract.hpp"

extern const std::string_view kOpenApi;

namespace catalog {
namespace {

TEST(Contract, AndTheGatewaySayOfEveryRouteWhoMayCallIt) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Services services{never_asked};
    base::Metrics metrics{"catalog"};
    const auto offered = base::contract::offered(routes(services, never_asked, metrics));
    EXPECT_EQ(base::contract::described(kOpenApi), offered);
    EXPECT_EQ(base::contract::let_through("catalog", offered), offered);
}

}  // namespace
}  // namespace catalog
