#include "orders/erasure.hpp"

#include <gtest/gtest.h>

#include "orders/order_json.hpp"

namespace orders {
namespace {

Draft a_draft() {
    const Address address{.name = "Ada Example",
                          .line1 = "1 Main Street",
                          .line2 = "Attic",
                          .city = "Paris",
                          .postal_code = "75001",
                          .country = "FR"};
    return {.currency = *core::Currency::parse("EUR"),
            .email = "ada@example.com",
            .client_id = "cli_1",
            .client_reference = "PO 7",
            .shipping_address = address,
            .billing_address = address,
            .lines = {{"CHAIR", "A chair", 2, 2100, {}}},
            .metadata = {{"note", "for Ada"}},
            .total_minor = 4200};
}

TEST(Erased, HoldsNothingOfAPerson) {
    const auto text = to_json(erased(a_draft())).dump();
    for (const auto* word : {"Ada", "ada@", "Main", "Attic", "Paris", "75001", "PO 7"})
        EXPECT_EQ(text.find(word), std::string::npos) << word << " in " << text;
}

TEST(Erased, KeepsTheBooksAndCanStillBeRead) {
    const auto after = erased(a_draft());
    EXPECT_EQ(after.lines, a_draft().lines);
    EXPECT_EQ(after.total_minor, 4200);
    EXPECT_EQ(after.client_id, "cli_1");
    EXPECT_EQ(after.shipping_address.country, "FR");
    EXPECT_TRUE(read_draft(core::json::Value(to_json(after))));
    EXPECT_EQ(erased(after), after);
}

TEST(ErasedClient, OwnsOrdersOfItsAddressOnlyWhenThatIsProven) {
    const auto unproven =
        read_erased_client(R"({"client_id":"cli_1","email":"a@b.co","email_verified":false})");
    ASSERT_TRUE(unproven);
    EXPECT_EQ(unproven->email, "");
    const auto proven = read_erased_client(R"({"client_id":"cli_1","email":"a@b.co","email_verified":true})");
    ASSERT_TRUE(proven);
    EXPECT_EQ(proven->email, "a@b.co");
    EXPECT_FALSE(read_erased_client(R"({"email":"a@b.co"})"));
}

}  // namespace
}  // namespace orders
