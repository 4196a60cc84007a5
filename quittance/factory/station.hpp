// One machine at work: what it says goes out with the faults that were asked for, is kept until it is
// confirmed, and is sent again when it is asked for.
#pragma once

#include <deque>
#include <string>

#include "quittance/factory/connection.hpp"
#include "quittance/factory/faults.hpp"
#include "quittance/factory/machine.hpp"
#include "quittance/factory/machine_state.hpp"
#include "quittance/factory/record.hpp"
#include "quittance/factory/unconfirmed.hpp"

namespace quittance::factory {

// What happened so far, over all machines.
struct Tally {
    std::uint64_t said = 0;
    std::uint64_t twice = 0;
    std::uint64_t withheld = 0;
    std::uint64_t late = 0;
    std::uint64_t bad = 0;
    std::uint64_t reboots = 0;
    std::uint64_t resent = 0;    // asked for by cmd/resend
    std::uint64_t repeated = 0;  // unasked: nobody confirmed them
    std::uint64_t jobs = 0;
};

class Station {
public:
    struct Config {
        Odds odds;
        int window;                         // published and not acknowledged by the broker
        std::chrono::seconds repeat_after;  // without news of what is unconfirmed
        Broker broker;
    };
    // Goes on with what the memory has of this machine.
    Station(const Config& config, const Login& login, Machine machine, std::uint64_t seed, Memory& memory,
            RecordWriter& record, Tally& tally);
    Station(const Station&) = delete;

    // The next thing it says, and what goes wrong with it.
    void speak(core::Time now, Machine::Work work);
    // What is held back at the end: nobody could know that it is missing.
    void speak_out();
    bool has_work() const { return machine_.has_work(); }
    // Takes more of what it says without piling it up.
    bool has_room() const { return outgoing_.size() < static_cast<std::size_t>(config_.window); }

    // Hears, sends, repeats.
    void turn(bool readable, core::Monotonic now);
    Connection& connection() { return connection_; }
    const std::string& name() const { return machine_.place().machine; }

    // Everything it had to send is with the broker.
    bool is_sent() const { return outgoing_.empty() && connection_.in_flight() == 0; }
    std::size_t unconfirmed() const { return unconfirmed_.size(); }
    void close();

private:
    struct Outgoing {
        std::string type;
        std::string payload;
    };
    void boot(std::int64_t number);
    void reboot();
    void keep(const Message& message);
    void send(Message message, Fate fate);
    void put(const Message& message);
    void send_late();
    void speak_badly(core::Time now);
    void hear(const Connection::Heard& heard, core::Monotonic now);
    void hear_ack(const core::json::Value& ack, core::Monotonic now);
    void hear_resend(const core::json::Value& command);
    void hear_produce(const core::json::Value& command);
    void repeat(core::Monotonic now);
    void pump();

    const Config config_;
    Machine machine_;
    Connection connection_;
    Random random_;
    Memory& memory_;
    RecordWriter& record_;
    Tally& tally_;
    Unconfirmed unconfirmed_;
    struct Late {
        Message message;
        int after;  // so many others
    };
    std::deque<Late> late_;
    std::deque<Outgoing> outgoing_;
    std::optional<Message> withheld_;  // when it was the last that was said
    core::Monotonic repeat_at_{};
};

}  // namespace quittance::factory
