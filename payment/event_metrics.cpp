#include "payment/event_metrics.hpp"

#include <string>

namespace payment {

void EventCounters::add(const Account& account, std::string_view type, std::string_view outcome) {
    const Key key{account.name, account.provider->event_type_label(type), outcome};
    const std::lock_guard lock{mutex_};
    auto& count = counters_[key];
    if (!count) {
        count = metrics_.counter("payment_events_total", "Webhook deliveries by what became of them",
                                 {{"account", account.name},
                                  {"type", std::string{std::get<1>(key)}},
                                  {"outcome", std::string{outcome}}});
    }
    count(1);
}

}  // namespace payment
