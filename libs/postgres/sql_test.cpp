#include "postgres/sql.hpp"

#include <gtest/gtest.h>

namespace postgres {
namespace {

constexpr auto kSelect = sql("SELECT id, ", select_times("created_at", "updated_at"), " FROM things ");
constexpr auto kFind = sql(kSelect, "WHERE id = $1");
constexpr auto kAgain = sql(kSelect, R"sql(WHERE id = $1)sql");

std::string_view seen(std::string_view text) {
    return text;
}

TEST(Sql, JoinsItsParts) {
    EXPECT_EQ(seen(kFind),
              "SELECT id, (extract(epoch FROM created_at) * 1000000)::bigint AS created_at, "
              "(extract(epoch FROM updated_at) * 1000000)::bigint AS updated_at FROM things WHERE id = $1");
    EXPECT_EQ(seen(kFind), seen(kAgain));
}

TEST(Sql, EachStatementHasAnAddressOfItsOwn) {
    EXPECT_EQ(seen(kFind).data(), seen(kFind).data());
    EXPECT_NE(seen(kFind).data(), seen(kSelect).data());
}

TEST(Sql, EndsWithNul) {
    EXPECT_EQ(std::string_view{seen(kFind).data()}, seen(kFind));
}

constexpr auto kNamed = select_time_as("e.received_at", "received_us");
TEST(Sql, SelectsATimeUnderAName) {
    EXPECT_EQ(seen(kNamed), "(extract(epoch FROM e.received_at) * 1000000)::bigint AS received_us");
}

}  // namespace
}  // namespace postgres
