#include "telemetry/metrics.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "telemetry/process_metrics.hpp"

namespace telemetry {
namespace {

testing::AssertionResult says(Metrics& metrics, const std::string& line) {
    const auto page = metrics.scrape();
    if (page.find("\n" + line + "\n") != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << line << " is not in\n" << page;
}

TEST(Metrics, ATotalKeptElsewhereGoesOnFromZeroWhenThatBeginsAnew) {
    Metrics metrics{"x"};
    const auto set = metrics.total("things_total", "Things");
    for (const double value : {3, 3, 5, 1, 2}) set(value);
    EXPECT_TRUE(says(metrics, R"(things_total{service="x"} 7)"));
}

TEST(Metrics, WhatCanNotBeReadKeepsItsValueAndIsInNobodysWay) {
    Metrics metrics{"x"};
    const auto first = metrics.gauge("first", "First");
    const auto second = metrics.gauge("second", "Second");
    bool away = false;
    metrics.on_refresh([&] {
        if (away) throw std::runtime_error{"away"};
        first(1);
    });
    metrics.on_refresh([&] { second(away ? 2 : 1); });
    metrics.refresh();
    away = true;
    metrics.refresh();
    EXPECT_TRUE(says(metrics, R"(first{service="x"} 1)"));
    EXPECT_TRUE(says(metrics, R"(second{service="x"} 2)"));
}

TEST(Metrics, AScrapeAsksNobody) {
    Metrics metrics{"x"};
    int asked = 0;
    metrics.on_refresh([&] { ++asked; });
    metrics.scrape();
    EXPECT_EQ(asked, 0);
}

TEST(Metrics, TheProcessIsMeasured) {
    Metrics metrics{"x"};
    watch_process(metrics);
    const auto page = metrics.scrape();
    for (const auto* name : {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
                             "process_max_fds", "process_start_time_seconds", "process_threads"}) {
        EXPECT_NE(page.find("\n" + std::string{name} + "{"), std::string::npos) << name;
    }
}

}  // namespace
}  // namespace telemetry
