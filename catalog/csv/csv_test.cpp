#include "catalog/csv/csv.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace catalog::csv {
namespace {

// Rows as number:field|field, or number!fault.
std::string read(std::string_view text) {
    const auto table = parse(text);
    if (!table) return table.error().detail;
    std::string all;
    for (const auto& row : table->rows) {
        all += (all.empty() ? "" : " ") + std::to_string(row.number);
        if (!row.fault.empty()) {
            all += "!" + row.fault;
            continue;
        }
        for (const auto& field : row.fields) all += (&field == row.fields.data() ? ":" : "|") + field;
    }
    return all;
}

TEST(Csv, ReadsFieldsAsTheyAre) {
    const struct {
        const char* text;
        const char* rows;
    } cases[] = {
        {"a,b\r\n1,2\r\n", "2:1|2"},
        {"a,b\n1,2", "2:1|2"},
        {"\xEF\xBB\xBF"
         "a,b\n1,2\n",
         "2:1|2"},
        {"\xEF\xBB\xBF\"a\",b\n1,2\n", "2:1|2"},
        {"a,b\n,\n", "2:|"},
        {"a,b\n1,\n", "2:1|"},
        {"a,b\n 1 ,2\n", "2: 1 |2"},
        {"a,b\n\"x, y\",2\n", "2:x, y|2"},
        {"a,b\n\"say \"\"hi\"\"\",2\n", "2:say \"hi\"|2"},
        {"a,b\n\"\"\"\",\"\"\n", "2:\"|"},
        {"a,b\n\"two\r\nlines\",2\n3,4\n", "2:two\r\nlines|2 3:3|4"},
        {"a,b\n\n1,2\r\n\r\n3,4\n\n", "3:1|2 5:3|4"},
        {"a,b\n=1+1,@x\n", "2:=1+1|@x"},
        {"a\n\"\"\n", "2:"},
        {"a,b\n1,\"2\"", "2:1|2"},
        {"a,b\n1\r,2\n", "2:1\r|2"},
        {"a,b\n", ""},
    };
    for (const auto& [text, rows] : cases) EXPECT_EQ(read(text), rows) << text;
}

TEST(Csv, ARowThatCantBeReadHarmsNoOther) {
    EXPECT_EQ(read("a,b\n1\n2,3\n"), "2!has 1 fields where the header has 2 3:2|3");
    EXPECT_EQ(read("a,b\n1,2,3\n2,3\n"), "2!has 3 fields where the header has 2 3:2|3");
    EXPECT_EQ(read("a,b\nx\"y\",1\n2,3\n"), "2!has a quote in a field that is not quoted 3:2|3");
    EXPECT_EQ(read("a,b\n\"x\"y,1\r\n2,3\n"), "2!has text behind a closing quote 3:2|3");
}

TEST(Csv, WithoutRowsToTellApartNothingIsRead) {
    EXPECT_EQ(read(""), "there is no header");
    EXPECT_EQ(read("\r\n\n"), "there is no header");
    EXPECT_EQ(read("a\"b\n1\n"), "the header has a quote in a field that is not quoted");
    EXPECT_EQ(read("a,b\n1,\"2\n3,4\n"), "a quote of row 2 is never closed");
}

TEST(Csv, FindsAFieldByItsColumn) {
    const auto table = *parse("b,a\n1,2\n");
    EXPECT_EQ(table.find(table.rows[0], "a"), "2");
    EXPECT_EQ(table.find(table.rows[0], "c"), std::nullopt);
}

TEST(Csv, WhatIsWrittenIsReadBack) {
    rc::check([](const std::vector<std::string>& first, const std::vector<std::string>& more) {
        auto columns = first;
        columns.emplace_back("end");
        auto fields = more;
        fields.resize(columns.size());
        fields.back() = "end";  // a line of one empty field is an empty line
        const auto table = *parse(line(columns) + line(fields));
        RC_ASSERT(table.rows.size() == 1U);
        RC_ASSERT(table.rows[0].fields == fields);
    });
}

}  // namespace
}  // namespace catalog::csv
