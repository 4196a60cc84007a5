#include "core/environment.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "core/id.hpp"

namespace core {
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
    EXPECT_EQ(env.text({"URL", "…"}), "http://x");
    EXPECT_EQ(env.text({"MISSING", "…"}, "fallback"), "fallback");
    EXPECT_EQ(env.text({"EMPTY", "…"}, "fallback"), "fallback");
    EXPECT_EQ(env.list({"LIST", "…"}), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(env.list({"MISSING", "…"}, {"x"}), (std::vector<std::string>{"x"}));
    EXPECT_EQ(env.number({"N", "…"}, 1, 0, 10), 5);
    EXPECT_EQ(env.number({"MISSING", "…"}, 1, 0, 10), 1);
    EXPECT_EQ(env.milliseconds({"T_MS", "…"}, 1, 0, 1000), std::chrono::milliseconds{250});
    EXPECT_NO_THROW(env.check());
}

TEST(Environment, NamesEveryFaultInOneMessage) {
    auto env = environment({{"SHORT", "secret"}, {"N", "11"}, {"COMMAS", " , "}});
    EXPECT_EQ(env.text({"URL", "…"}), "");
    env.secret({"SHORT", "…"}, 16);
    EXPECT_EQ(env.number({"N", "…"}, 1, 0, 10), 1);
    env.list({"COMMAS", "…"});
    env.list({"NONE", "…"});
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
        env.number({"N", "…"}, 1, 0, 10);
        EXPECT_THROW(env.check(), ConfigError) << text;
    }
}

TEST(Environment, NeverRepeatsASecret) {
    auto env = environment({{"TOKEN", "hunter2"}});
    env.secret({"TOKEN", "…"});
    try {
        env.check();
        FAIL() << "no fault found";
    } catch (const ConfigError& error) {
        EXPECT_EQ(std::string{error.what()}.find("hunter2"), std::string::npos);
    }
}

// A file in the test's folder; it goes with the test.
class File {
public:
    explicit File(const std::string& content) { std::ofstream{path_, std::ios::binary} << content; }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { std::filesystem::remove(path_); }
    std::string path() const { return path_; }

private:
    std::string path_ = testing::TempDir() + "quittance-config-" + new_uuid7();
};

TEST(Environment, TakesAValueFromAFileWithoutItsLastNewline) {
    const File url{"http://x\n"}, two_lines{"a\n\n"}, number{"7"};
    auto env = environment({{"URL_FILE", url.path()},
                            {"TWO_FILE", two_lines.path()},
                            {"N_FILE", number.path()},
                            {"EMPTY_FILE", ""}});
    EXPECT_EQ(env.text({"URL", "…"}), "http://x");
    EXPECT_EQ(env.text({"TWO", "…"}, ""), "a\n");
    EXPECT_EQ(env.number({"N", "…"}, 1, 0, 10), 7);
    EXPECT_EQ(env.text({"EMPTY", "…"}, "fallback"), "fallback");
    EXPECT_NO_THROW(env.check());
}

TEST(Environment, NamesWhatIsWrongWithAFileAndNeverShowsIt) {
    const File secret{"hunter2"}, empty{"\n"}, large{std::string((1 << 20) + 1, 'x')},
        binary{std::string{"a\0b", 3}};
    auto env = environment({{"SHORT_FILE", secret.path()},
                            {"BOTH", "0123456789abcdef"},
                            {"BOTH_FILE", secret.path()},
                            {"GONE_FILE", "/nowhere/hunter2"},
                            {"FOLDER_FILE", testing::TempDir()},
                            {"EMPTY_FILE", empty.path()},
                            {"LARGE_FILE", large.path()},
                            {"BINARY_FILE", binary.path()}});
    for (const auto* name : {"SHORT", "BOTH", "GONE"}) env.secret({name, "…"});
    for (const auto* name : {"FOLDER", "EMPTY"}) env.text({name, "…"}, "fallback");
    for (const auto* name : {"LARGE", "BINARY"}) env.list({name, "…"});
    env.number({"BOTH", "…"}, 1, 0, 10);
    try {
        env.check();
        FAIL() << "no fault found";
    } catch (const ConfigError& error) {
        EXPECT_STREQ(error.what(),
                     "the configuration has 7 fault(s):\n"
                     "  SHORT is shorter than 16 characters\n"
                     "  BOTH and BOTH_FILE are both set\n"
                     "  GONE_FILE can't be read: No such file or directory\n"
                     "  FOLDER_FILE can't be read: Is a directory\n"
                     "  EMPTY_FILE names an empty file\n"
                     "  LARGE_FILE names a file of more than 1 MiB\n"
                     "  BINARY_FILE names a file with a NUL in it");
    }
}

TEST(Environment, TakesSeveralSecretsWhileOneIsExchanged) {
    auto env = environment(
        {{"TOKEN", "0123456789abcdef, fedcba9876543210"}, {"ONE_SHORT", "0123456789abcdef,short"}});
    const auto tokens = env.secrets({"TOKEN", "…"});
    ASSERT_EQ(tokens.size(), 2U);
    EXPECT_EQ(tokens[1].reveal(), "fedcba9876543210");
    EXPECT_NO_THROW(env.check());
    env.secrets({"ONE_SHORT", "…"});
    EXPECT_THROW(env.check(), ConfigError);
}

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

TEST(Environment, ReadsUnderAConditionWhatItsConditionAsksFor) {
    auto without = environment({{"URL", "x"}});
    EXPECT_NO_THROW(read_all(without));
    auto with = environment({{"URL", "x"}, {"USER", "ada"}});
    EXPECT_THROW(read_all(with), ConfigError);
}

TEST(Environment, ListsEveryVariableOnceWithWhatHoldsForIt) {
    auto env = Environment::listing();
    EXPECT_THROW(read_all(env), Environment::Listed);
    std::vector<std::string> names;
    for (const auto& rule : env.rules()) names.push_back(rule.variable.name);
    EXPECT_EQ(names, (std::vector<std::string>{"URL", "USER", "PASSWORD", "TRIES", "COLOURS"}));
}

}  // namespace
}  // namespace core
