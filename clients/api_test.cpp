#include "clients/api.hpp"

#include <gtest/gtest.h>

#include "base/contract.hpp"

extern const std::string_view kOpenApi;

namespace clients {
namespace {

TEST(Contract, DescribesEveryRouteAndWhoMayCallIt) {
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    Service service{never_asked, ""};
    base::Metrics metrics{"clients"};
    base::events::Config config;
    config.service = "clients";
    base::events::Events events{never_asked, std::move(config), metrics};
    EXPECT_EQ(base::contract::described(kOpenApi),
              base::contract::offered(routes(service, never_asked, events, nullptr)));
}

}  // namespace
}  // namespace clients
