// Prometheus metrics by prometheus-cpp; every service has one registry, served at /metrics.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace telemetry {

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

    // A counter that is kept elsewhere: given its value from time to time. A smaller one is a new beginning.
    std::function<void(double)> total(const std::string& name, const std::string& help,
                                      const Labels& labels = {});

    // Called before each scrape, to set what is at hand; must not block.
    void on_scrape(std::function<void()> callback);
    // Called by `refresh`, for what somebody has to be asked for. What it throws leaves its gauges as they
    // are.
    void on_refresh(std::function<void()> callback);
    // Asks for everything; called every few seconds by a thread of its own, so that a scrape neither waits
    // for a database nor fails with it.
    void refresh();
    // The text format 0.0.4.
    std::string scrape();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace telemetry
