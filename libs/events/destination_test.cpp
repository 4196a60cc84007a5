#include "events/destination.hpp"

#include <gtest/gtest.h>

namespace events {
namespace {

TEST(Destination, SubscriptionsAreOneDestination) {
    EXPECT_EQ(label_of("sub_019383"), "subscriptions");
    EXPECT_EQ(label_of("catalog"), "catalog");
    EXPECT_EQ(label_of("sub"), "sub");
}

}  // namespace
}  // namespace events
