#include "telemetry/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <vector>

#include "core/log.hpp"

namespace telemetry {

class Metrics::Impl {
public:
    explicit Impl(const std::string& service) : service_{{"service", service}} {}

    // The registry refuses a family's second registration, so each is kept by name.
    template <class Builder>
    auto& family(Builder builder, const std::string& name, const std::string& help, auto& families) {
        const std::lock_guard lock{mutex_};
        auto& found = families[name];
        if (found == nullptr) found = &builder().Name(name).Help(help).Labels(service_).Register(registry_);
        return *found;
    }

    // Each by itself: when one can't be had, the others are worth having all the more.
    void call(const std::vector<std::function<void()>>& list) {
        std::vector<std::function<void()>> callbacks;
        {
            const std::lock_guard lock{mutex_};
            callbacks = list;
        }
        for (const auto& callback : callbacks) {
            try {
                callback();
            } catch (const std::exception& error) {
                core::log::warn("a gauge could not be read", {{"error", std::string{error.what()}}});
            }
        }
    }

    const Labels service_;
    prometheus::Registry registry_;
    std::mutex mutex_;
    std::map<std::string, prometheus::Family<prometheus::Counter>*> counters_;
    std::map<std::string, prometheus::Family<prometheus::Gauge>*> gauges_;
    std::map<std::string, prometheus::Family<prometheus::Histogram>*> histograms_;
    std::vector<std::function<void()>> on_scrape_;
    std::vector<std::function<void()>> on_refresh_;
};

Metrics::Metrics(const std::string& service) : impl_(std::make_unique<Impl>(service)) {}
Metrics::~Metrics() = default;

std::function<void(double)> Metrics::counter(const std::string& name, const std::string& help,
                                             const Labels& labels) {
    auto& series = impl_->family(prometheus::BuildCounter, name, help, impl_->counters_).Add(labels);
    return [&series](double by) { series.Increment(by); };
}

std::function<void(double)> Metrics::gauge(const std::string& name, const std::string& help,
                                           const Labels& labels) {
    auto& series = impl_->family(prometheus::BuildGauge, name, help, impl_->gauges_).Add(labels);
    return [&series](double value) { series.Set(value); };
}

std::function<void(double)> Metrics::seconds(const std::string& name, const std::string& help,
                                             const Labels& labels) {
    static const prometheus::Histogram::BucketBoundaries kBuckets{
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    auto& series =
        impl_->family(prometheus::BuildHistogram, name, help, impl_->histograms_).Add(labels, kBuckets);
    return [&series](double value) { series.Observe(value); };
}

std::function<void(double)> Metrics::total(const std::string& name, const std::string& help,
                                           const Labels& labels) {
    struct Last {
        std::mutex mutex;
        double value = 0;
    };
    return [count = counter(name, help, labels), last = std::make_shared<Last>()](double value) {
        const std::lock_guard lock{last->mutex};
        count(value < last->value ? value : value - last->value);
        last->value = value;
    };
}

void Metrics::on_scrape(std::function<void()> callback) {
    const std::lock_guard lock{impl_->mutex_};
    impl_->on_scrape_.push_back(std::move(callback));
}

void Metrics::on_refresh(std::function<void()> callback) {
    const std::lock_guard lock{impl_->mutex_};
    impl_->on_refresh_.push_back(std::move(callback));
}

void Metrics::refresh() {
    impl_->call(impl_->on_refresh_);
}

std::string Metrics::scrape() {
    impl_->call(impl_->on_scrape_);
    return prometheus::TextSerializer{}.Serialize(impl_->registry_.Collect());
}

}  // namespace telemetry
