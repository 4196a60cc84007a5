#include "core/id.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>
#include <vector>

namespace core {
namespace {

TEST(Uuid7, HasItsVersionVariantAndTime) {
    const auto now_ms = [] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    };
    const auto before = now_ms();
    std::string id;
    std::thread{[&] { id = new_uuid7(); }}.join();  // a thread of its own has its own counter
    ASSERT_EQ(id.size(), 32U);
    EXPECT_EQ(id[12], '7');
    EXPECT_NE(std::string{"89ab"}.find(id[16]), std::string::npos);
    const auto time = std::stoll(id.substr(0, 12), nullptr, 16);
    EXPECT_GE(time, before);
    EXPECT_LE(time, now_ms());
}

TEST(Uuid7, StrictlyIncreasesWithinAThread) {
    auto last = new_uuid7();
    for (int i = 0; i < 20'000; ++i) {
        auto next = new_uuid7();
        ASSERT_LT(last, next);
        last = std::move(next);
    }
}

TEST(Uuid7, IsUniqueAcrossThreads) {
    std::vector<std::vector<std::string>> made(4);
    std::vector<std::thread> threads;
    for (auto& ids : made) {
        threads.emplace_back([&ids] {
            for (int i = 0; i < 5'000; ++i) ids.push_back(new_uuid7());
        });
    }
    for (auto& thread : threads) thread.join();
    std::set<std::string> unique;
    for (const auto& ids : made) unique.insert(ids.begin(), ids.end());
    EXPECT_EQ(unique.size(), 20'000U);
}

TEST(Id, IsReadBackAsWritten) {
    const auto id = OrderId::make();
    EXPECT_TRUE(id.value().starts_with("ord_"));
    EXPECT_EQ(OrderId::parse(id.value()), id);
}

TEST(Id, RefusesEverythingElse) {
    const std::string hex(32, 'a');
    for (const std::string& text :
         {std::string{}, hex, std::string{"ord_"}, "ord_" + hex + "a", "ord_" + hex.substr(1), "evt_" + hex,
          "ord-" + hex, "ORD_" + hex, "ord_" + std::string(32, 'A'), "ord_" + std::string(32, 'g'),
          " ord_" + hex, "ord_" + hex.substr(2) + "' "}) {
        EXPECT_FALSE(OrderId::parse(text)) << text;
    }
}

}  // namespace
}  // namespace core
