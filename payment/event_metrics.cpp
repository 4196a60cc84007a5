#include "payment/event_metrics.hpp"

#include <string>

#include "payment/providers/stripe/event_reader.hpp"

namespace payment {

void EventCounters::add(std::string_view account, std::string_view type, std::string_view outcome) {
    const Key key{account, stripe::known_type(type), outcome};
    const std::lock_guard lock{mutex_};
    auto& count = counters_[key];
    if (!count) {
        count = metrics_.counter("payment_events_total", "Webhook deliveries by what became of them",
                                 {{"account", std::string{account}},
                                  {"type", std::string{std::get<1>(key)}},
                                  {"outcome", std::string{outcome}}});
    }
    count(1);
}

}  // namespace payment
