#include "contracts/client_event.hpp"

#include <gtest/gtest.h>

namespace contracts {
namespace {

TEST(ClientEvent, RegistrationsSurviveTheWire) {
    const auto verified_at = core::parse_rfc3339("2026-11-21T05:47:52.308123Z");
    for (const auto& event : {ClientRegistered{"cli_1", "a@b.co", "Ada", "en", verified_at, "c2VhbGVk"},
                              ClientRegistered{"cli_1", "a@b.co", "Ada", "en", {}, {}}}) {
        const auto read = client_registered_from_json(to_json(event));
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, event);
    }
}

TEST(ClientEvent, ARegistrationSaysWhetherItHasAPassword) {
    constexpr auto kText = R"({"client_id":"cli_1","email":"a@b.co","name":"Ada","locale":"en"})";
    const auto read = client_registered_from_json(kText);
    ASSERT_FALSE(read);
    ASSERT_EQ(read.error().fields.size(), 1U);
    EXPECT_EQ(read.error().fields[0].field, "data.sealed_password");
}

TEST(ClientEvent, ChangesSurviveTheWire) {
    const ClientChanged changed{"cli_1", {"name", "locale"}};
    EXPECT_EQ(*client_changed_from_json(to_json(changed)), changed);
    const ClientEmailChanged email_changed{"cli_1", "a@b.co"};
    EXPECT_EQ(*client_email_changed_from_json(to_json(email_changed)), email_changed);
    const ClientPasswordChanged password_changed{"cli_1", "pch_1", "c2VhbGVk"};
    EXPECT_EQ(*client_password_changed_from_json(to_json(password_changed)), password_changed);
    const ClientErased erased{"cli_1", "a@b.co", true};
    EXPECT_EQ(*client_erased_from_json(to_json(erased)), erased);
}

TEST(ClientEvent, NamesAllWrongFields) {
    const auto read = client_password_changed_from_json(R"({"client_id":1,"sealed":null})");
    ASSERT_FALSE(read);
    ASSERT_EQ(read.error().fields.size(), 3U);
    EXPECT_EQ(read.error().fields[0].field, "data.client_id");
    EXPECT_FALSE(client_erased_from_json(R"({"email":"a@b.co"})"));
    EXPECT_FALSE(client_changed_from_json("[]"));
    EXPECT_FALSE(client_email_changed_from_json(R"({"client_id":"cli_1"})"));
}

}  // namespace
}  // namespace contracts
