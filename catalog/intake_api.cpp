#include "catalog/intake_api.hpp"

#include <map>

namespace catalog {
namespace {

using base::Result;
using base::http::Request;
using base::http::Response;

// Counts messages by their verdict.
class VerdictCounters {
public:
    explicit VerdictCounters(base::Metrics& metrics) {
        for (const auto verdict : base::kVerdicts) {
            counters_[verdict] = metrics.counter("machine_messages_total", "Machine messages by verdict",
                                                 {{"verdict", std::string{to_string(verdict)}}});
        }
    }
    void count(const std::vector<Verdict>& verdicts) const {
        std::map<Verdict, double> sums;
        for (const auto verdict : verdicts) ++sums[verdict];
        for (const auto& [verdict, sum] : sums) counters_.at(verdict)(sum);
    }

private:
    std::map<Verdict, std::function<void(double)>> counters_;
};

Result<Response> take(Intake& intake, const VerdictCounters& counters, const Request& request) {
    const auto messages = base::machine_messages_from_json(request.body);
    if (!messages) return messages.error();
    const auto answer = intake.take(*messages);
    counters.count(answer.verdicts);
    return base::http::json(200, base::machine_answer_to_json(answer));
}

}  // namespace

std::vector<base::http::Route> intake_routes(Intake& intake, base::Metrics& metrics) {
    return {{base::http::Method::post, "/internal/v1/machine-events", base::http::Role::service,
             [&intake, counters = VerdictCounters{metrics}](const Request& request) {
                 return take(intake, counters, request);
             }}};
}

}  // namespace catalog
