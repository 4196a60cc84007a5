#include "mqtt-bridge/catalog_client.hpp"

#include <algorithm>

#include "core/log.hpp"
#include "mqtt-bridge/batch.hpp"
#include "telemetry/span.hpp"

namespace mqtt_bridge {
namespace {

namespace log = core::log;
using Clock = std::chrono::steady_clock;
using Messages = std::span<const contracts::MachineMessage>;

constexpr auto kEventsPath = "/internal/v1/machine-events";
constexpr auto kCommandsPath = "/internal/v1/machine-commands";
constexpr std::chrono::milliseconds kCommandsDeadline{5000};

// It is the list that catalog can't take, not our token or its version.
bool refuses_the_list(int status) {
    return status == 400 || status == 413 || status == 422;
}

std::chrono::milliseconds until_then(core::Monotonic then) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(then - Clock::now());
    return std::max(left, std::chrono::milliseconds{1});
}

std::array<std::function<void(double)>, std::size(contracts::kVerdicts)> verdict_counters(
    telemetry::Metrics& metrics) {
    std::array<std::function<void(double)>, std::size(contracts::kVerdicts)> counters;
    for (const auto verdict : contracts::kVerdicts) {
        counters.at(static_cast<std::size_t>(verdict)) =
            metrics.counter("mqtt_bridge_messages_total", "Messages brought into catalog, by its verdict",
                            {{"verdict", std::string{to_string(verdict)}}});
    }
    return counters;
}

void export_list(const telemetry::Trace& trace, std::size_t messages, core::Time started, bool taken) {
    if (!telemetry::is_exported(trace)) return;
    telemetry::export_span({.kind = telemetry::Span::Kind::internal,
                            .name = "bring a list",
                            .trace = trace,
                            .started = started,
                            .attributes = {{"quittance.messages", static_cast<std::int64_t>(messages)}},
                            .failed = !taken});
}

}  // namespace

CatalogClient::CatalogClient(Config config, telemetry::Metrics& metrics)
    : config_(std::move(config)),
      client_(config_.client),
      commands_client_(config_.client),
      count_verdicts_(verdict_counters(metrics)),
      count_lists_(metrics.counter("mqtt_bridge_batches_total",
                                   "Lists committed; messages over lists is the mean length")),
      count_failures_(metrics.counter("mqtt_bridge_failed_batches_total",
                                      "Batches catalog did not take; the broker sends them again")),
      observe_commit_(metrics.seconds("mqtt_bridge_commit_seconds", "Time of a call that commits a list")) {}

std::optional<CatalogClient::Acks> CatalogClient::deliver(Messages messages) {
    Acks acks;
    const auto trace = telemetry::Trace::start();
    const telemetry::TraceScope traced{trace};
    const log::Scope scope{{}, trace.trace_id};
    const auto began_at = core::now();
    const auto started = Clock::now();
    const bool taken = bring(messages, started + config_.deadline, acks);
    export_list(trace, messages.size(), began_at, taken);
    const std::chrono::duration<double, std::milli> took = Clock::now() - started;
    log::info("messages brought", {{"messages", messages.size()}, {"taken", taken}, {"ms", took.count()}});
    takes_messages_ = taken;
    if (taken) return acks;
    count_failures_(1);
    return {};
}

bool CatalogClient::bring(Messages list, core::Monotonic until, Acks& acks) {
    const auto started = Clock::now();
    const auto reply = client_.post(kEventsPath, contracts::machine_messages_to_json(list),
                                    telemetry::Trace::current(), until_then(until));
    if (reply && reply->status == 200 && accept(reply->body, list.size(), acks)) {
        observe_commit_(std::chrono::duration<double>(Clock::now() - started).count());
        return true;
    }
    if (reply && refuses_the_list(reply->status) && Clock::now() < until) {
        return post_bisected(list, until, acks);
    }
    log::warn("catalog does not take messages, they stay with the broker",
              {{"status", reply ? reply->status : 0}, {"messages", list.size()}});
    return false;
}

// One message that can't be taken must not keep the others back: halves find it. Its head alone becomes a
// dead letter, as if it were too large. When catalog refuses even that, nothing is lost: it stays with the
// broker.
bool CatalogClient::post_bisected(Messages list, core::Monotonic until, Acks& acks) {
    if (list.size() > 1) {
        const auto half = list.size() / 2;
        return bring(list.first(half), until, acks) && bring(list.subspan(half), until, acks);
    }
    const auto& message = list.front();
    if (message.size_of_cut) {
        log::error("catalog refuses a message in any form", {{"topic", message.topic}});
        return false;
    }
    const auto head = cut(message);
    return bring({&head, 1}, until, acks);
}

bool CatalogClient::accept(const std::string& answer, std::size_t messages, Acks& acks) {
    auto read = contracts::machine_answer_from_json(answer);
    if (!read || read->verdicts.size() != messages) {
        log::error("catalog's answer can't be read", {{"messages", messages}});
        return false;
    }
    count(read->verdicts);
    count_lists_(1);
    std::ranges::move(read->acks, std::back_inserter(acks));
    return true;
}

void CatalogClient::count(const std::vector<contracts::MessageOutcome>& verdicts) {
    std::array<int, std::size(contracts::kVerdicts)> counts{};
    for (const auto verdict : verdicts) ++counts.at(static_cast<std::size_t>(verdict));
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts.at(i) > 0) count_verdicts_.at(i)(counts.at(i));
    }
}

std::optional<std::vector<contracts::MachineCommand>> CatalogClient::exchange(
    const contracts::CommandRequest& request) {
    auto trace = telemetry::Trace::start();
    trace.sampled = false;  // it is asked again and again
    const auto reply = commands_client_.post(kCommandsPath, contracts::command_request_to_json(request),
                                             trace, kCommandsDeadline);
    auto commands = reply && reply->status == 200 ? contracts::machine_commands_from_json(reply->body)
                                                  : std::optional<std::vector<contracts::MachineCommand>>{};
    if (const bool worked = commands.has_value(); worked != gives_commands_.exchange(worked)) {
        log::warn(worked ? "catalog gives commands again" : "catalog gives no commands",
                  {{"status", reply ? reply->status : 0}});
    }
    return commands;
}

}  // namespace mqtt_bridge
