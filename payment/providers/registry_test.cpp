#include "payment/providers/registry.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace payment {
namespace {

bool runs_the_suite(const std::string& provider) {
    const auto& tests = *testing::UnitTest::GetInstance();
    for (int i = 0; i < tests.total_test_suite_count(); ++i) {
        if (tests.GetTestSuite(i)->name() == provider + "/ProviderSuite/0") return true;
    }
    return false;
}

TEST(Registry, HoldsProvidersThatAllRunTheConformanceSuite) {
    std::set<std::string_view> names;
    for (const auto* provider : providers()) {
        EXPECT_TRUE(names.insert(provider->name).second) << provider->name << " is listed twice";
        EXPECT_TRUE(runs_the_suite(std::string{provider->name})) << provider->name;
    }
    EXPECT_FALSE(names.empty());
}

TEST(Registry, FindsTheProviderByTheBeginningOfAnAccountsName) {
    for (const auto* provider : providers()) {
        const std::string name{provider->name};
        EXPECT_EQ(&provider_of(name), provider);
        EXPECT_EQ(&provider_of(name + "-eu"), provider);
    }
}

TEST(Registry, TakesTheFirstProviderForEveryOtherAccount) {
    for (const auto* account : {"", "-", "shop", "shop-eu"})
        EXPECT_EQ(&provider_of(account), providers().front()) << account;
}

}  // namespace
}  // namespace payment
