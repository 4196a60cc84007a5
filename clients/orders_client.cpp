#include "clients/orders_client.hpp"

#include "core/json.hpp"

namespace clients {
namespace {

constexpr std::chrono::seconds kDeadline{5};

}  // namespace

std::optional<std::string> Orders::of(const ClientId& id, const telemetry::Trace& trace) {
    const core::json::Value asked{{"client_id", id.value()}};
    const auto reply = client_.post("/internal/v1/personal-data", asked.dump(), trace, kDeadline);
    if (!reply || reply->status != 200) return {};
    const auto answer = core::json::Value::parse(reply->body, false);
    if (!answer.is_object() || !answer.contains("orders")) return {};
    return answer["orders"].dump();
}

}  // namespace clients
