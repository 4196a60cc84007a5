#include "core/json.hpp"

#include <gtest/gtest.h>

namespace core::json {
namespace {

TEST(Value, KeepsTheOrderOfItsMembers) {
    const Value value{{"b", 1}, {"a", {1, "two", nullptr, true, 2.5}}, {"c", {{"d", Value::array()}}}};
    EXPECT_EQ(value.dump(), R"({"b":1,"a":[1,"two",null,true,2.5],"c":{"d":[]}})");
    EXPECT_EQ(value.sorted().dump(), R"({"a":[1,"two",null,true,2.5],"b":1,"c":{"d":[]}})");
}

TEST(Value, IsCopiedWhole) {
    Value copy;
    {
        const Value value{{"list", {1, {2, 3}}}, {"object", {{"a", {{"b", "text"}}}}}};
        copy = value;
        const Value again{copy.at("list").at(1)};
        EXPECT_EQ(copy, value);
    }
    EXPECT_EQ(copy.dump(), R"({"list":[1,[2,3]],"object":{"a":{"b":"text"}}})");
}

TEST(Value, TakesTheLastOfMembersWithOneName) {
    EXPECT_EQ(Value::parse(R"({"a":1,"b":2,"a":3})").dump(), R"({"a":3,"b":2})");
    std::string many = "{";
    for (int i = 0; i < 100; ++i) many += "\"m" + std::to_string(i % 50) + "\":" + std::to_string(i) + ",";
    many.back() = '}';
    const auto value = Value::parse(many);
    EXPECT_EQ(value.size(), 50U);
    EXPECT_EQ(value["m7"], 57);
}

TEST(Value, RefusesMembersWithOneNameWhereThatIsAsked) {
    EXPECT_TRUE(Value::parse_unique(R"({"a":{"b":1,"b":1}})").is_discarded());
    EXPECT_TRUE(Value::parse_unique(R"({"a":{"b":1},"b":1})").is_object());
}

TEST(Value, RefusesWhatIsNotJson) {
    for (const auto* text : {"", "{", "{} x", "[1,]", "'a'", "nul", "\"\xff\"", "[01]", "1e999"}) {
        EXPECT_TRUE(Value::parse(text, false).is_discarded()) << text;
    }
    EXPECT_THROW(Value::parse("{"), ParseError);
    EXPECT_TRUE(Value::parse(std::string(100'000, '['), false).is_discarded());
}

TEST(Value, LeavesOutWhatIsNestedTooDeeply) {
    EXPECT_EQ(Value::parse_to_depth(R"({"a":[[1]],"b":{"c":{"d":1}},"e":2})", 1).dump(),
              R"({"a":[],"b":{},"e":2})");
}

TEST(Value, ReadsNumbersOfEverySize) {
    EXPECT_EQ(Value::parse("9223372036854775807").get<std::int64_t>(), INT64_MAX);
    EXPECT_EQ(Value::parse("-9223372036854775808").get<std::int64_t>(), INT64_MIN);
    EXPECT_EQ(Value::parse("18446744073709551615").get<std::uint64_t>(), UINT64_MAX);
    EXPECT_THROW((void)Value::parse("9223372036854775808").get<std::int64_t>(), ValueError);
    EXPECT_THROW((void)Value::parse("2147483648").get<int>(), ValueError);
    EXPECT_EQ(Value::parse("[1.0,0.1,1e300]").dump(), "[1.0,0.1,1e+300]");
}

TEST(Value, SaysWhenItIsOfAnotherType) {
    const Value value{{"a", "text"}};
    EXPECT_THROW((void)value.at("b"), ValueError);
    EXPECT_THROW((void)value.at("a").get<bool>(), ValueError);
    EXPECT_THROW((void)value.at("a").at(0), ValueError);
    EXPECT_EQ(value.value("b", 7), 7);
    EXPECT_THROW((void)value.value("a", 7), ValueError);
}

TEST(Value, IsPatchedByRfc7396) {
    auto value = Value::parse(R"({"a":"b","c":{"d":"e","f":"g"}})");
    value.merge_patch(Value::parse(R"({"a":"z","c":{"f":null},"h":{"i":null}})"));
    EXPECT_EQ(value.dump(), R"({"a":"z","c":{"d":"e"},"h":{}})");
}

TEST(Value, WritesBytesThatAreNoCharactersAsOne) {
    EXPECT_EQ(Value("a\xff"
                    "b\xe2\x82")
                  .dump(),
              "\"a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace core::json
