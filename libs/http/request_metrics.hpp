// What is counted of the requests of one route.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "telemetry/metrics.hpp"

namespace http {

class RequestMetrics {
public:
    RequestMetrics(telemetry::Metrics& metrics, const std::string& method, const std::string& route);
    void add(int status, double took_s) const;

private:
    std::function<void(double)> observe_seconds_;
    std::array<std::function<void(double)>, 4> by_class_;  // 2xx to 5xx
};

}  // namespace http
