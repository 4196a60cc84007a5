#include "contracts/user_event.hpp"

#include <gtest/gtest.h>

namespace contracts {
namespace {

TEST(UserEvent, SurvivesTheWire) {
    const UserEmailVerified verified{"cli_1", "a@b.co"};
    EXPECT_EQ(*user_email_verified_from_json(to_json(verified)), verified);
    for (const auto& settled : {UserPasswordSettled{"cli_1", "pch_1", true, ""},
                                UserPasswordSettled{"cli_1", "pch_1", false, "the old password is wrong"}})
        EXPECT_EQ(*user_password_settled_from_json(to_json(settled)), settled);
}

TEST(UserEvent, NamesAllWrongFields) {
    const auto read = user_password_settled_from_json(R"({"client_id":"cli_1","outcome":"pending"})");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().fields.size(), 2U);
    EXPECT_FALSE(user_email_verified_from_json(R"({"client_id":"cli_1","email":"nobody"})"));
}

}  // namespace
}  // namespace contracts
