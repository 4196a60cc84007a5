#include "orders/api.hpp"

#include <gtest/gtest.h>

#include "base/contract.hpp"

extern const std::string_view kOpenApi;

namespace orders {
namespace {

TEST(Contract, DescribesEveryRouteAndItsToken) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Service service{never_asked};
    base::Metrics metrics{"orders"};
    EXPECT_EQ(base::contract::described(kOpenApi),
              base::contract::offered(routes(service, never_asked, metrics)));
}

}  // namespace
}  // namespace orders
