#include "catalog/ingest/ingest_api.hpp"

#include <map>

#include "catalog/ingest/machine_payload.hpp"

namespace catalog {
namespace {

using core::Result;
using http::Request;
using http::Response;

// Counts messages by type and verdict.
class VerdictCounters {
public:
    explicit VerdictCounters(telemetry::Metrics& metrics) {
        for (const auto type : kKnownTypes) {
            for (const auto verdict : contracts::kVerdicts) {
                counters_[{type, verdict}] = metrics.counter(
                    "machine_messages_total", "Machine messages by type and verdict",
                    {{"type", std::string{type}}, {"verdict", std::string{to_string(verdict)}}});
            }
        }
    }
    void count(const std::vector<contracts::MachineMessage>& messages,
               const std::vector<MessageOutcome>& verdicts) const {
        std::map<Key, double> sums;
        for (std::size_t i = 0; i < verdicts.size(); ++i)
            ++sums[{known_type(messages[i].topic), verdicts[i]}];
        for (const auto& [key, sum] : sums) counters_.at(key)(sum);
    }

private:
    using Key = std::pair<std::string_view, MessageOutcome>;  // the type is one of kKnownTypes
    std::map<Key, std::function<void(double)>> counters_;
};

Result<Response> take(IngestService& intake, const VerdictCounters& counters, const Request& request) {
    const auto messages = contracts::machine_messages_from_json(request.body);
    if (!messages) return messages.error();
    const auto answer = intake.take(*messages);
    counters.count(*messages, answer.verdicts);
    return http::json(200, contracts::machine_answer_to_json(answer));
}

}  // namespace

std::vector<http::Route> intake_routes(IngestService& intake, telemetry::Metrics& metrics) {
    return {{http::Method::post, "/internal/v1/machine-events", http::Role::service,
             [&intake, counters = VerdictCounters{metrics}](const Request& request) {
                 return take(intake, counters, request);
             }}};
}

}  // namespace catalog
