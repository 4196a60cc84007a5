// Calls to catalog: lists of machine messages, and the exchange of commands.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "contracts/machine_message.hpp"
#include "http/client.hpp"
#include "telemetry/metrics.hpp"

namespace mqtt_bridge {

class CatalogClient {
public:
    struct Config {
        http::Client::Config client;
        std::chrono::milliseconds deadline{10'000};  // for all calls that a batch needs
    };
    CatalogClient(Config config, telemetry::Metrics& metrics);

    // Brings all messages into catalog, where each has become an event or a dead letter and is committed.
    // Nothing when that did not work out, for whatever reason; some may be in then, and the same messages
    // may be brought again.
    std::optional<std::vector<contracts::MachineAck>> deliver(
        std::span<const contracts::MachineMessage> messages);

    std::optional<std::vector<contracts::MachineCommand>> exchange(const contracts::CommandRequest& request);

    // Whether the last call of each kind was answered. From any thread.
    bool reachable() const { return takes_messages_ && gives_commands_; }

private:
    using Acks = std::vector<contracts::MachineAck>;
    bool bring(std::span<const contracts::MachineMessage> list, core::Monotonic until, Acks& acks);
    bool post_bisected(std::span<const contracts::MachineMessage> list, core::Monotonic until, Acks& acks);
    bool accept(const std::string& answer, std::size_t messages, Acks& acks);
    void count(const std::vector<contracts::MessageOutcome>& verdicts);

    const Config config_;
    http::Client client_;
    http::Client commands_client_;  // with a circuit of its own
    std::array<std::function<void(double)>, std::size(contracts::kVerdicts)> count_verdicts_;
    const std::function<void(double)> count_lists_;
    const std::function<void(double)> count_failures_;
    const std::function<void(double)> observe_commit_;
    std::atomic<bool> takes_messages_ = true;
    std::atomic<bool> gives_commands_ = true;
};

}  // namespace mqtt_bridge
