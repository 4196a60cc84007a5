#include "base/config.hpp"

#include <gtest/gtest.h>

#include <map>

namespace base {
namespace {

Environment environment(std::map<std::string, std::string> variables) {
    return Environment{[variables = std::move(variables)](const char* name) -> const char* {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    }};
}

TEST(Environment, ReadsWhatIsThereAndFallsBackWhereItMay) {
    auto env = environment(
        {{"URL", "http://x"}, {"EMPTY", ""}, {"LIST", " a, b ,,c "}, {"N", "5"}, {"T_MS", "250"}});
    EXPECT_EQ(env.text("URL"), "http://x");
    EXPECT_EQ(env.text("MISSING", "fallback"), "fallback");
    EXPECT_EQ(env.text("EMPTY", "fallback"), "fallback");
    EXPECT_EQ(env.list("LIST"), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(env.list("MISSING", {"x"}), (std::vector<std::string>{"x"}));
    EXPECT_EQ(env.number("N", 1, 0, 10), 5);
    EXPECT_EQ(env.number("MISSING", 1, 0, 10), 1);
    EXPECT_EQ(env.milliseconds("T_MS", 1, 0, 1000), std::chrono::milliseconds{250});
    EXPECT_NO_THROW(env.check());
}

TEST(Environment, NamesEveryFaultInOneMessage) {
    auto env = environment({{"SHORT", "secret"}, {"N", "11"}, {"COMMAS", " , "}});
    EXPECT_EQ(env.text("URL"), "");
    env.secret("SHORT", 16);
    EXPECT_EQ(env.number("N", 1, 0, 10), 1);
    env.list("COMMAS");
    env.list("NONE");
    env.fault("OWN", "has its own fault");
    try {
        env.check();
        FAIL() << "no fault found";
    } catch (const ConfigError& error) {
        EXPECT_STREQ(error.what(),
                     "the configuration has 6 fault(s):\n"
                     "  URL is missing\n"
                     "  SHORT is shorter than 16 characters\n"
                     "  N must be a whole number from 0 to 10\n"
                     "  COMMAS has no entry\n"
                     "  NONE is missing\n"
                     "  OWN has its own fault");
    }
}

TEST(Environment, RefusesNumbersThatAreNotWhole) {
    for (const auto* text : {"x", "1.5", "5 ", " 5", "+5", "-1", "99999999999999999999", "0x5"}) {
        auto env = environment({{"N", text}});
        env.number("N", 1, 0, 10);
        EXPECT_THROW(env.check(), ConfigError) << text;
    }
}

TEST(Environment, NeverRepeatsASecret) {
    auto env = environment({{"TOKEN", "hunter2"}});
    env.secret("TOKEN");
    try {
        env.check();
        FAIL() << "no fault found";
    } catch (const ConfigError& error) {
        EXPECT_EQ(std::string{error.what()}.find("hunter2"), std::string::npos);
    }
}

}  // namespace
}  // namespace base
