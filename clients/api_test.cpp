#include "clients/api.hpp"

#include <gtest/gtest.h>

#include "base/contract.hpp"

extern const std::string_view kOpenApi;

namespace clients {
namespace {

TEST(Contract, DescribesEveryRouteAndWhoMayCallIt) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Service service{never_asked, ""};
    EXPECT_EQ(base::contract::described(kOpenApi),
              base::contract::offered(routes(service, never_asked, nullptr)));
}

}  // namespace
}  // namespace clients
