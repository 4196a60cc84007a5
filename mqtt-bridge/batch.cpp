#include "mqtt-bridge/batch.hpp"

#include <algorithm>

namespace mqtt_bridge {
namespace {

// The most that one message can weigh.
constexpr std::size_t kMaxWeight = contracts::kMaxPayloadBytes + 2 * 65535;

}  // namespace

void Batch::add(std::string_view topic, std::string_view payload, bool retained, core::Time received_at) {
    auto& message = messages_.emplace_back();
    message.topic = topic;
    message.retained = retained;
    message.received_at = received_at;
    if (payload.size() > contracts::kMaxPayloadBytes) {
        message.size_of_cut = payload.size();
        payload = payload.substr(0, contracts::kPayloadHeadBytes);
    }
    message.payload = payload;
    bytes_ += payload.size() + 2 * topic.size();  // JSON may double a topic, and it may have 64 KiB
}

bool Batch::full() const {
    return messages_.size() >= max_messages_ || bytes_ + kMaxWeight > contracts::kMaxListPayloadBytes;
}

void Batch::clear() {
    messages_.clear();
    bytes_ = 0;
}

contracts::MachineMessage cut(const contracts::MachineMessage& message) {
    auto head = message;
    head.size_of_cut = message.size_of_cut.value_or(message.payload.size());
    head.payload.resize(std::min(head.payload.size(), contracts::kPayloadHeadBytes));
    return head;
}

}  // namespace mqtt_bridge
