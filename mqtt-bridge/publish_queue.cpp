#include "mqtt-bridge/publish_queue.hpp"

#include <utility>

namespace mqtt_bridge {

constexpr std::chrono::seconds kRefusedFor{30};

void PublishQueue::put(std::vector<contracts::MachineAck> acks) {
    const std::lock_guard lock{mutex_};
    for (auto& ack : acks) {
        const auto [of_machine, is_new] = acks_.try_emplace(ack.topic);
        if (is_new) acks_in_turn_.push_back(ack.topic);
        of_machine->second.insert_or_assign(ack.boot, std::move(ack));
    }
}

std::vector<contracts::MachineAck> PublishQueue::take_acks(std::size_t most) {
    const std::lock_guard lock{mutex_};
    std::vector<contracts::MachineAck> acks;
    while (!acks_in_turn_.empty() && acks.size() < most) {
        auto of_machine = acks_.extract(acks_in_turn_.front());
        for (auto& [boot, ack] : of_machine.mapped()) acks.push_back(std::move(ack));
        acks_in_turn_.pop_front();
    }
    return acks;
}

void PublishQueue::put(std::vector<contracts::MachineCommand> commands, core::Monotonic now) {
    const std::lock_guard lock{mutex_};
    std::erase_if(commands_, [now](const auto& known) {
        return known.second.state == State::refused && known.second.again_at <= now;
    });
    for (auto& command : commands) {
        const bool is_new = commands_.try_emplace(command.id, Known{State::waiting, {}}).second;
        if (is_new) commands_to_send_.push_back(std::move(command));
    }
}

std::vector<contracts::MachineCommand> PublishQueue::take_commands() {
    const std::lock_guard lock{mutex_};
    return std::exchange(commands_to_send_, {});
}

void PublishQueue::published(const std::string& id) {
    const std::lock_guard lock{mutex_};
    if (const auto known = commands_.find(id); known != commands_.end()) {
        known->second.state = State::published;
    }
}

void PublishQueue::refused(const std::string& id, core::Monotonic now) {
    const std::lock_guard lock{mutex_};
    commands_.insert_or_assign(id, Known{State::refused, now + kRefusedFor});
}

std::vector<std::string> PublishQueue::to_report() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> ids;
    for (const auto& [id, known] : commands_) {
        if (known.state == State::published && ids.size() < contracts::kMaxMachineCommands) ids.push_back(id);
    }
    return ids;
}

void PublishQueue::reported(const std::vector<std::string>& ids) {
    const std::lock_guard lock{mutex_};
    for (const auto& id : ids) commands_.erase(id);
}

bool PublishQueue::empty() const {
    const std::lock_guard lock{mutex_};
    return acks_.empty() && commands_to_send_.empty();
}

}  // namespace mqtt_bridge
