#include "core/variables.hpp"

#include <gtest/gtest.h>

namespace core {
namespace {

void read_all(Environment& env) {
    env.text({"URL", "where it is"});
    const auto user = env.text({"USER", "who | what"}, "");
    env.when(!user.empty(), "USER is set", [&] {
        env.secret({"PASSWORD", "of that user"}, 8);
        env.number({"TRIES", "of logging in"}, 3, 1, 10);
    });
    env.text({"URL", "said again"});
    env.list({"COLOURS", "which"}, {"red", "green"});
    env.check();
}

TEST(Variables, AreListedWithWhatHoldsForThem) {
    auto env = Environment::listing();
    EXPECT_THROW(read_all(env), Environment::Listed);
    EXPECT_EQ(variables_as_markdown(env.rules()),
              "| name | default | kind | what |\n|---|---|---|---|\n"
              "| `URL` | required | text | where it is |\n"
              "| `USER` |  | text | who \\| what |\n"
              "| `PASSWORD` | required when USER is set | secret, 8 characters or more | of that user |\n"
              "| `TRIES` | `3` | 1 to 10 | of logging in; read when USER is set |\n"
              "| `COLOURS` | `red,green` | list | which |\n");
    EXPECT_TRUE(
        variables_as_text(env.rules())
            .starts_with("URL       required                   text                          where it is\n"));
}

}  // namespace
}  // namespace core
