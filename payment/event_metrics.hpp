// Webhook deliveries, counted by account, type and what became of them.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string_view>
#include <tuple>

#include "payment/retry_policy.hpp"
#include "telemetry/metrics.hpp"

namespace payment {

class EventCounters {
public:
    explicit EventCounters(telemetry::Metrics& metrics) : metrics_(metrics) {}

    // `account` and `outcome` must outlive this, and be of a bounded number; a type that is not read counts
    // as "other".
    void add(const Account& account, std::string_view type, std::string_view outcome);

private:
    using Key = std::tuple<std::string_view, std::string_view, std::string_view>;

    telemetry::Metrics& metrics_;
    std::mutex mutex_;
    std::map<Key, std::function<void(double)>> counters_;
};

}  // namespace payment
