// What waits to be published: the latest ack of each boot of a machine, and commands until catalog knows that
// the broker has them. Safe from many threads.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "contracts/machine_message.hpp"
#include "core/clock.hpp"

namespace mqtt_bridge {

class PublishQueue {
public:
    // A later ack takes the place of one of the same boot that still waits. A machine that has booted since
    // needs both: what it keeps of its last boot it forgets only by an ack of that one.
    void put(std::vector<contracts::MachineAck> acks);
    // The acks that have waited longest; a machine's together, the newest boot last, which the broker
    // retains.
    std::vector<contracts::MachineAck> take_acks(std::size_t most);

    // Those that are new; catalog names a command until it was told that it is published. One that the
    // broker refused is new again after a while.
    void put(std::vector<contracts::MachineCommand> commands, core::Monotonic now);
    std::vector<contracts::MachineCommand> take_commands();
    void published(const std::string& id);
    void refused(const std::string& id, core::Monotonic now);
    // Those that catalog is to be told of, and that it was.
    std::vector<std::string> to_report() const;
    void reported(const std::vector<std::string>& ids);

    bool empty() const;  // nothing to publish

private:
    enum class State { waiting, published, refused };
    struct Known {
        State state;
        core::Monotonic again_at;
    };
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::map<std::int64_t, contracts::MachineAck>>
        acks_;  // by topic and boot
    std::deque<std::string> acks_in_turn_;
    std::unordered_map<std::string, Known> commands_;  // by id
    std::vector<contracts::MachineCommand> commands_to_send_;
};

}  // namespace mqtt_bridge
