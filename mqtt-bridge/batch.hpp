// What has arrived and is not yet committed: one list for catalog, bounded in messages and bytes. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "contracts/machine_message.hpp"

namespace mqtt_bridge {

class Batch {
public:
    explicit Batch(std::size_t max_messages = contracts::kMaxMachineMessages) : max_messages_(max_messages) {}

    // A payload that is too large is kept as its head and its size.
    void add(std::string_view topic, std::string_view payload, bool retained, core::Time received_at);
    // Whether the next message might not fit.
    bool full() const;
    bool empty() const { return messages_.empty(); }
    void clear();
    std::span<const contracts::MachineMessage> messages() const { return messages_; }

private:
    std::size_t max_messages_;
    std::size_t bytes_ = 0;
    std::vector<contracts::MachineMessage> messages_;
};

// The message with its payload cut to the head, as one that is too large is kept.
contracts::MachineMessage cut(const contracts::MachineMessage& message);

}  // namespace mqtt_bridge
