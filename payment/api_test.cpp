#include "payment/api.hpp"

#include <gtest/gtest.h>

#include "base/contract.hpp"

extern const std::string_view kOpenApi;

namespace payment {
namespace {

TEST(Contract, DescribesEveryRouteAndItsToken) {
    base::Metrics metrics{"payment"};
    base::pg::Database never_asked{{.url = "postgresql://nowhere"}};
    base::http::Client orders{{.base_url = "http://127.0.0.1:9", .bearer = {}}};
    Service service{never_asked, orders, {}};
    Intake intake{service, metrics, {.committers = 1}};
    EXPECT_EQ(base::contract::described(kOpenApi), base::contract::offered(routes({}, intake, service)));
}

}  // namespace
}  // namespace payment
