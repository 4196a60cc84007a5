#include "base/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <vector>

#include "base/log.hpp"

namespace base {

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

    const Labels service_;
    prometheus::Registry registry_;
    std::mutex mutex_;
    std::map<std::string, prometheus::Family<prometheus::Counter>*> counters_;
    std::map<std::string, prometheus::Family<prometheus::Gauge>*> gauges_;
    std::map<std::string, prometheus::Family<prometheus::Histogram>*> histograms_;
    std::vector<std::function<void()>> on_scrape_;
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

void Metrics::on_scrape(std::function<void()> callback) {
    const std::lock_guard lock{impl_->mutex_};
    impl_->on_scrape_.push_back(std::move(callback));
}

std::string Metrics::scrape() {
    std::vector<std::function<void()>> callbacks;
    {
        const std::lock_guard lock{impl_->mutex_};
        callbacks = impl_->on_scrape_;
    }
    for (const auto& callback : callbacks) {
        try {
            callback();
        } catch (const std::exception& error) {
            // A gauge keeps its last value while the database is away; the others are worth having all the
            // more.
            log::warn("a gauge could not be read", {{"error", std::string{error.what()}}});
        }
    }
    return prometheus::TextSerializer{}.Serialize(impl_->registry_.Collect());
}

}  // namespace base
