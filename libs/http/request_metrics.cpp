#include "http/request_metrics.hpp"

#include <algorithm>

namespace http {

RequestMetrics::RequestMetrics(telemetry::Metrics& metrics, const std::string& method,
                               const std::string& route)
    : observe_seconds_(metrics.seconds("http_request_duration_seconds",
                                       "Time from a whole request to its answer",
                                       {{"method", method}, {"route", route}})) {
    for (std::size_t i = 0; i < by_class_.size(); ++i) {
        by_class_.at(i) =
            metrics.counter("http_requests_total", "Requests answered, by the class of the status",
                            {{"method", method}, {"route", route}, {"status", std::to_string(i + 2) + "xx"}});
    }
}

void RequestMetrics::add(int status, double took_s) const {
    observe_seconds_(took_s);
    by_class_.at(static_cast<std::size_t>(std::clamp(status / 100, 2, 5) - 2))(1);
}

}  // namespace http
