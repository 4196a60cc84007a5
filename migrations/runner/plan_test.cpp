#include "migrations/runner/plan.hpp"

#include <gtest/gtest.h>

namespace migrations {
namespace {

using Texts = std::vector<std::string>;

const Migration kFirst{1, "0001_orders.sql", "aa", "CREATE TABLE a ()"};
const Migration kSecond{2, "0002_lines.sql", "bb", "CREATE TABLE b ()"};
const Migration kThird{3, "0003_more.sql", "cc", "CREATE TABLE c ()"};
const Applied kFirstApplied{1, "0001_orders.sql", "aa", "2026-01-01T00:00:00Z"};
const Applied kSecondApplied{2, "0002_lines.sql", "bb", "2026-01-02T00:00:00Z"};

TEST(VersionOf, takes_four_digits_and_a_lower_case_name) {
    EXPECT_EQ(version_of("0012_add_disputes.sql"), 12);
    for (const auto* name :
         {"12_x.sql", "00012_x.sql", "0012-x.sql", "0012_.sql", "0012_X.sql", "0012_x.sql~", "x.sql"}) {
        EXPECT_FALSE(version_of(name)) << name;
    }
}

TEST(OutsideTransaction, is_asked_for_by_the_first_line_alone) {
    EXPECT_TRUE(outside_transaction("-- no transaction\nCREATE INDEX CONCURRENTLY i ON t (c)"));
    EXPECT_FALSE(outside_transaction("CREATE TABLE t ();\n-- no transaction\n"));
}

TEST(FaultsOf, finds_nothing_wrong_with_a_sequence) {
    EXPECT_EQ(faults_of({kFirst, kSecond, kThird}), Texts{});
}

TEST(FaultsOf, names_a_gap) {
    EXPECT_EQ(faults_of({kFirst, kThird}), Texts{"0003_more.sql: version 0002 is missing before it"});
}

TEST(FaultsOf, names_a_version_given_twice) {
    auto other = kFirst;
    other.name = "0001_other.sql";
    EXPECT_EQ(faults_of({kFirst, other}), Texts{"0001_other.sql: another file has version 0001 too"});
}

TEST(FaultsOf, refuses_a_file_that_ends_its_transaction) {
    for (const auto* sql :
         {"CREATE TABLE a ();\n  commit ;\n", "BEGIN;\n", "rollback;", "x;\nSTART TRANSACTION;"}) {
        EXPECT_EQ(faults_of({{1, "0001_a.sql", "", sql}}).size(), 1U) << sql;
    }
}

TEST(FaultsOf, lets_the_blocks_of_plpgsql_be) {
    EXPECT_EQ(faults_of({{1, "0001_a.sql", "", "DO $$\nBEGIN\n  PERFORM 1;\nEND $$;"}}), Texts{});
}

TEST(DriftBetween, finds_none_while_the_ledger_is_the_start_of_the_folder) {
    EXPECT_EQ(drift_between({kFirst, kSecond}, {}), Texts{});
    EXPECT_EQ(drift_between({kFirst, kSecond}, {kFirstApplied}), Texts{});
    EXPECT_EQ(drift_between({kFirst, kSecond}, {kFirstApplied, kSecondApplied}), Texts{});
}

TEST(DriftBetween, names_an_edited_file) {
    auto edited = kFirst;
    edited.sha256 = "ff";
    EXPECT_EQ(drift_between({edited}, {kFirstApplied}),
              Texts{"0001_orders.sql: was edited after it was applied at 2026-01-01T00:00:00Z"});
}

TEST(DriftBetween, names_a_file_that_is_gone) {
    EXPECT_EQ(drift_between({kFirst}, {kFirstApplied, kSecondApplied}),
              Texts{"0002_lines.sql: applied at 2026-01-02T00:00:00Z, but the file is gone"});
}

TEST(DriftBetween, names_a_renamed_file) {
    auto renamed = kFirst;
    renamed.name = "0001_renamed.sql";
    EXPECT_EQ(drift_between({renamed}, {kFirstApplied}),
              Texts{"0001_renamed.sql: was applied as 0001_orders.sql"});
}

TEST(DriftBetween, names_a_hole_in_the_ledger) {
    EXPECT_EQ(drift_between({kFirst, kSecond}, {kSecondApplied}),
              Texts{"the ledger has no version 0001 but a later one, 0002_lines.sql"});
}

}  // namespace
}  // namespace migrations
