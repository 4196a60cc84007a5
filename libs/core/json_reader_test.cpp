#include "core/json_reader.hpp"
#include "core/utf8.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace core::json {
namespace {

using Errors = std::vector<FieldError>;

std::string nested(int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "{\"a\":";
    text += "1";
    return text + std::string(static_cast<std::size_t>(depth), '}');
}

TEST(ParseObject, TakesOrdinaryObjects) {
    for (const std::string text :
         {R"({})", R"( {"a":[1,2,{"b":null}]} )", R"({"a":"\\u0000 is only text"})",
          R"({"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["})", R"({"\u00e9":"é漢"})"}) {
        EXPECT_TRUE(parse_object(text)) << text;
    }
    EXPECT_TRUE(parse_object(nested(32)));
}

TEST(ParseObject, RefusesWhatIsNoObjectOrHidesSomething) {
    using namespace std::string_literals;
    const std::string refused[] = {
        "",
        " ",
        "[]",
        "1",
        "null",
        "\"a\"",
        "{",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1} x",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":1e999}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"\\u0000\":1}",
        "{\"a\":\"\0\"}"s,
        "{\"a\":1}\0"s,
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\\ud800\"}",
        nested(33),
        nested(100'000),
        std::string(1'000'000, '['),
    };
    for (const auto& text : refused) {
        const auto parsed = parse_object(text);
        ASSERT_FALSE(parsed) << text.substr(0, 80);
        EXPECT_EQ(parsed.error().kind, Kind::malformed);
    }
}

TEST(ParseObject, NeverThrowsWhateverItIsGiven) {
    EXPECT_TRUE(rc::check([] { (void)parse_object(*rc::gen::arbitrary<std::string>()); }));
}

TEST(Printable, IsWhatAHumanCanRead) {
    for (const auto* text : {"", "a b", "Zoë 漢字 🙂", "\u00a0", "~!\"\\", "\u2027", "\u2030"}) {
        EXPECT_TRUE(is_printable(text)) << text;
    }
    for (const auto* text :
         {"\n", "a\tb", "\x7f", "\u0080", "\u009f", "\u2028", "\u202e", "\u2066", "\ufeff", "\xff", "\xc3",
          "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80"}) {
        EXPECT_FALSE(is_printable(text)) << text;
    }
    EXPECT_FALSE(is_printable(std::string_view{"\0", 1}));
}

TEST(Printable, MadeOfAnyBytesCanBeStoredAndShown) {
    EXPECT_EQ(printable("thanks, très bien"), "thanks, très bien");
    EXPECT_EQ(printable("a\nb\tc"), "a b c");
    EXPECT_EQ(printable(std::string_view{"\0\x1b[31m\xff", 7}), "??[31m?");
    EXPECT_EQ(printable("très", 2), "tr");
    EXPECT_EQ(printable("très", 3), "tr");
    EXPECT_EQ(printable("très", 4), "trè");
    EXPECT_EQ(printable("🙂", 3), "");
    EXPECT_EQ(printable("\x80\x80\x80", 2), "");
}

// ---- reading members

struct Read {
    explicit Read(const char* text) : document(Value::parse(text)), reader(document, "", errors) {}
    Value document;
    Errors errors;
    ObjectReader reader;
};

TEST(ObjectReader, CountsCharactersNotBytes) {
    Read read{R"({"a":"漢字"})"};
    EXPECT_EQ(read.reader.text("a", {2, 2}), "漢字");
    EXPECT_EQ(read.errors, Errors{});
}

TEST(ObjectReader, SaysWhatIsWrongWithAText) {
    struct Case {
        const char* json;
        const char* detail;
    };
    for (const auto& [text, detail] :
         {Case{R"({})", "is required"}, Case{R"({"a":null})", "is required"},
          Case{R"({"a":7})", "must be text"}, Case{R"({"a":""})", "must have 1 to 3 characters"},
          Case{R"({"a":"four"})", "must have 1 to 3 characters"},
          Case{R"({"a":"a\nb"})", "must not contain control characters"},
          Case{R"({"a":"  "})", "must not be blank"}}) {
        Read read{text};
        EXPECT_EQ(read.reader.text("a", {1, 3}), "");
        EXPECT_EQ(read.errors, (Errors{{"a", detail}})) << text;
    }
}

TEST(ObjectReader, TakesWholeNumbersWithinTheirRange) {
    const auto read_integer = [](const char* text) -> std::optional<std::int64_t> {
        Read read{text};
        const auto value = read.reader.integer("a", -5, INT64_MAX);
        return read.errors.empty() ? std::optional{value} : std::nullopt;
    };
    EXPECT_EQ(read_integer(R"({"a":-5})"), -5);
    EXPECT_EQ(read_integer(R"({"a":9223372036854775807})"), INT64_MAX);
    for (const auto* text :
         {R"({"a":-6})", R"({"a":9223372036854775808})", R"({"a":18446744073709551615})", R"({"a":1.0})",
          R"({"a":1e3})", R"({"a":"1"})", R"({"a":true})", R"({"a":null})", R"({})"}) {
        EXPECT_EQ(read_integer(text), std::nullopt) << text;
    }
}

TEST(ObjectReader, ReadsMoneyWhole) {
    Read read{R"({"a":{"amount":4200,"currency":"EUR"}})"};
    EXPECT_EQ(read.reader.money("a", 0), (Money{4200, *Currency::parse("EUR")}));
    EXPECT_EQ(from({4200, *Currency::parse("EUR")}), read.document["a"]);
}

TEST(ObjectReader, NamesEveryFaultOfMoney) {
    Read read{R"({"a":{"amount":-1,"currency":"eur","more":1},"b":7})"};
    EXPECT_FALSE(read.reader.money("a", 0));
    EXPECT_FALSE(read.reader.money("b", 0));
    EXPECT_FALSE(read.reader.money("c", 0));
    EXPECT_EQ(read.errors, (Errors{{"a.amount", "must be a whole number of at least 0"},
                                   {"a.currency", "must be an ISO 4217 code in capitals, such as EUR"},
                                   {"a.more", "is not a known field"},
                                   {"b", "must be an object"},
                                   {"c", "is required"}}));
}

TEST(ObjectReader, NamesTheElementsOfAList) {
    Read read{R"({"a":[{"x":1},7,{}]})"};
    for (auto& element : read.reader.objects("a", 1, 3)) element.integer("x", 0, 9);
    EXPECT_EQ(read.errors, (Errors{{"a[1]", "must be an object"}, {"a[2].x", "is required"}}));
}

TEST(ObjectReader, RefusesListsTooShortTooLongOrNone) {
    for (const auto* text : {R"({"a":[]})", R"({"a":[{},{},{}]})", R"({"a":{}})", R"({"a":"x"})"}) {
        Read read{text};
        EXPECT_TRUE(read.reader.objects("a", 1, 2).empty());
        EXPECT_EQ(read.errors, (Errors{{"a", "must be a list of 1 to 2"}})) << text;
    }
}

TEST(ObjectReader, TakesFlatMetadataOnly) {
    Read good{R"({"m":{"k":"v","empty":""}})"};
    EXPECT_EQ(good.reader.metadata("m"), (std::map<std::string, std::string>{{"empty", ""}, {"k", "v"}}));
    EXPECT_TRUE(good.errors.empty());
    Read bad{R"({"m":{"k":{"deep":1},"n":7,"":"x"}})"};
    bad.reader.metadata("m");
    EXPECT_EQ(bad.errors, (Errors{{"m", "must have keys of 1 to 40 printable characters"},
                                  {"m.k", "must be text"},
                                  {"m.n", "must be text"}}));
}

TEST(ObjectReader, RefusesMembersNobodyAskedFor) {
    Read read{R"({"asked":1,"null":null,"more":2})"};
    read.reader.integer("asked", 0, 9);
    EXPECT_FALSE(read.reader.has("null"));
    read.reader.refuse_unknown();
    EXPECT_EQ(read.errors, (Errors{{"more", "is not a known field"}}));
}

}  // namespace
}  // namespace core::json
