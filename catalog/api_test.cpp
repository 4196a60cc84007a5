#include "catalog/api.hpp"

#include <gtest/gtest.h>

#include "base/contract.hpp"

extern const std::string_view kOpenApi;

namespace catalog {
namespace {

TEST(Contract, DescribesEveryRouteAndItsToken) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Services services{never_asked};
    base::Metrics metrics{"catalog"};
    EXPECT_EQ(base::contract::described(kOpenApi),
              base::contract::offered(routes(services, never_asked, metrics)));
}

}  // namespace
}  // namespace catalog
