#include "contracts/audit_chain.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace contracts {
namespace {

AuditEntry entry(std::int64_t seq, std::string action) {
    return {.seq = seq,
            .at = core::from_unix_us(1'763'700'000'123'456 + seq),
            .action = std::move(action),
            .subject = "usr_1",
            .role = "admin",
            .object = "prg_1",
            .outcome = "done",
            .request_id = "request",
            .address = "127.0.0.1",
            .details = R"({"b":1,"a":2})",
            .sha256 = {}};
}

std::vector<AuditEntry> chain(int length) {
    std::vector<AuditEntry> entries;
    auto previous = first_audit_digest();
    for (int i = 1; i <= length; ++i) {
        auto& last = entries.emplace_back(entry(i, "action " + std::to_string(i)));
        previous = last.sha256 = audit_digest(previous, last);
    }
    return entries;
}

std::string fault_of(const std::vector<AuditEntry>& entries) {
    AuditWalk walk;
    for (const auto& one : entries) {
        if (!walk.take(one)) break;
    }
    return walk.fault();
}

TEST(AuditChain, IsWalkedToItsEnd) {
    const auto entries = chain(5);
    AuditWalk walk;
    for (const auto& one : entries) EXPECT_TRUE(walk.take(one));
    EXPECT_EQ(walk.seq(), 5);
    EXPECT_EQ(walk.sha256(), entries.back().sha256);
    EXPECT_EQ(walk.fault(), "");
}

TEST(AuditChain, FindsTheFirstEntryThatWasChangedInAnyField) {
    const std::function<void(AuditEntry&)> changes[] = {
        [](auto& e) { e.at += std::chrono::microseconds{1}; },
        [](auto& e) { e.action += "x"; },
        [](auto& e) { e.subject = {}; },
        [](auto& e) { e.subject = "usr_2"; },
        [](auto& e) { e.role = "client"; },
        [](auto& e) { e.object = ""; },
        [](auto& e) { e.outcome = "denied"; },
        [](auto& e) { e.request_id = "other"; },
        [](auto& e) { e.address = "10.0.0.1"; },
        [](auto& e) { e.details = R"({"a":2,"b":1})"; },
        [](auto& e) { e.sha256[0] = e.sha256[0] == '0' ? '1' : '0'; },
    };
    for (const auto& change : changes) {
        auto entries = chain(5);
        change(entries[2]);
        EXPECT_TRUE(fault_of(entries).starts_with("entry 3 ")) << fault_of(entries);
    }
}

TEST(AuditChain, FindsWhatIsMissingPutBetweenOrInAnotherOrder) {
    auto gap = chain(5);
    gap.erase(gap.begin() + 2);
    EXPECT_EQ(fault_of(gap), "entry 3 is missing");
    auto swapped = chain(5);
    std::swap(swapped[2], swapped[3]);
    EXPECT_NE(fault_of(swapped), "");
    // An entry taken out and all behind it numbered again.
    auto renumbered = chain(5);
    renumbered.erase(renumbered.begin() + 2);
    for (std::size_t i = 2; i < renumbered.size(); ++i) renumbered[i].seq = static_cast<std::int64_t>(i) + 1;
    EXPECT_TRUE(fault_of(renumbered).starts_with("entry 3 ")) << fault_of(renumbered);
}

TEST(AuditChain, IsTheSameAfterAnExport) {
    std::vector<AuditEntry> read;
    for (const auto& one : chain(3))
        read.push_back(*audit_entry_from_json(core::json::Value::parse(to_json(one).dump())));
    EXPECT_EQ(fault_of(read), "");
    EXPECT_FALSE(audit_entry_from_json(core::json::Value::parse(R"({"seq":"1"})")));
}

}  // namespace
}  // namespace contracts
