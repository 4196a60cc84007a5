// Prometheus metrics by prometheus-cpp; every service has one registry, served at /metrics.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace base {

class Metrics {
public:
    using Labels = std::map<std::string, std::string>;
    explicit Metrics(const std::string& service);
    ~Metrics();

    // Each call finds the series or makes it; hot paths keep the returned function. Safe from many threads.
    std::function<void(double)> counter(const std::string& name, const std::string& help,
                                        const Labels& labels = {});
    std::function<void(double)> gauge(const std::string& name, const std::string& help,
                                      const Labels& labels = {});
    // Seconds, with buckets from 1 ms to 10 s.
    std::function<void(double)> seconds(const std::string& name, const std::string& help,
                                        const Labels& labels = {});

    // Called before each scrape, to set gauges.
    void on_scrape(std::function<void()> callback);
    // The text format 0.0.4.
    std::string scrape();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace base
