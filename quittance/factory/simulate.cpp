#include "quittance/factory/simulate.hpp"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <memory>

#include "quittance/factory/station.hpp"

namespace quittance::factory {
namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t interrupted = 0;

void listen_to_signals() {
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { interrupted = 1; });
}

class Factory {
public:
    explicit Factory(const Plan& plan)
        : plan_(plan), memory_(plan.state_file), record_(plan.record_file), started_(Clock::now()) {
        record_.begin(plan.baseline);
        for (std::size_t i = 0; i < plan.machines.size(); ++i) add(plan.machines[i], plan.seed + i);
    }

    bool run() {
        while (interrupted == 0 && !is_over()) {
            speak();
            turn();
        }
        for (const auto& station : stations_) station->speak_out();
        const bool all = drain();
        for (const auto& station : stations_) station->close();
        print("in the end");
        return all;
    }

private:
    void add(const Place& place, std::uint64_t seed) {
        const auto own = plan_.logins.find(place.machine);
        const auto login = own != plan_.logins.end() ? own : plan_.logins.find("");
        Machine machine{place, plan_.parts, seed};
        // New also for a machine that remembers nothing, or ran elsewhere.
        machine.start(core::to_unix_us(core::now()) / 1000);
        stations_.push_back(std::make_unique<Station>(
            Station::Config{plan_.odds, plan_.window, plan_.repeat_after, plan_.broker},
            login != plan_.logins.end() ? login->second : Login{}, std::move(machine), seed + 1'000'003,
            memory_, record_, tally_));
    }

    std::chrono::duration<double> age() const { return Clock::now() - started_; }
    bool has_said_all() const { return plan_.count && tally_.said >= *plan_.count; }
    bool has_work() const {
        return std::ranges::any_of(stations_, [](const auto& station) { return station->has_work(); });
    }
    bool is_over() const {
        if (plan_.duration) return age() >= *plan_.duration;
        return has_said_all() && !has_work();
    }

    // One after the other, as many messages as are due by now. After the last one they only do their jobs.
    void speak() {
        constexpr int kMaxAtOnce = 1000;
        const auto work = has_said_all() ? Machine::Work::jobs : Machine::Work::any;
        const auto due = plan_.rate * age().count();
        std::size_t idle = 0;
        for (int i = 0; i < kMaxAtOnce && idle < stations_.size(); ++i) {
            if (plan_.rate > 0 && static_cast<double>(spoken_) >= due) return;
            auto& station = *stations_[turn_++ % stations_.size()];
            const bool rests = work == Machine::Work::jobs && !station.has_work();
            if (rests || (plan_.rate <= 0 && !station.has_room())) {
                ++idle;
                continue;
            }
            idle = 0;
            ++spoken_;
            station.speak(core::now(), work);
            if (work == Machine::Work::any && has_said_all()) return;
        }
        if (idle > 0 && plan_.rate > 0) spoken_ = static_cast<std::uint64_t>(due);  // rest is not made up for
    }

    void turn() {
        sockets_.clear();
        for (const auto& station : stations_) {
            auto& connection = station->connection();
            const int events = POLLIN | (connection.wants_to_write() ? POLLOUT : 0);
            sockets_.push_back({connection.socket(), static_cast<short>(events), 0});
        }
        constexpr int kWait_ms = 10;
        poll(sockets_.data(), sockets_.size(), plan_.rate > 0 || has_said_all() ? kWait_ms : 1);
        const auto now = Clock::now();
        for (std::size_t i = 0; i < stations_.size(); ++i) stations_[i]->turn(sockets_[i].revents != 0, now);
        report(now);
    }

    // An interrupt does not wait for catalog.
    bool drain() {
        constexpr std::chrono::seconds kForTheBroker{5};
        const bool for_catalog = plan_.wait.count() > 0 && interrupted == 0;
        const auto until = Clock::now() + (for_catalog ? plan_.wait : kForTheBroker);
        const auto done = [this, for_catalog] {
            return std::ranges::all_of(stations_, [for_catalog](const auto& station) {
                return station->is_sent() && (!for_catalog || station->unconfirmed() == 0);
            });
        };
        while (!done() && Clock::now() < until) turn();
        return done();
    }

    // ---- what is told meanwhile

    void report(core::Monotonic now) {
        constexpr std::chrono::seconds kEvery{10};
        if (now < report_at_) return;
        if (report_at_ != core::Monotonic{}) print("so far");
        report_at_ = now + kEvery;
    }

    void print(const char* when) const {
        std::size_t unconfirmed = 0;
        int refused = 0;
        for (const auto& station : stations_) {
            unconfirmed += station->unconfirmed();
            refused += station->connection().refused();
        }
        std::cout << when << ": " << tally_.said << " said, " << tally_.twice << " of them twice, "
                  << tally_.late << " late, " << tally_.withheld << " withheld; " << tally_.bad << " bad; "
                  << tally_.resent << " sent again as asked, " << tally_.repeated << " unasked; "
                  << tally_.reboots << " reboots; " << tally_.jobs << " jobs; " << unconfirmed
                  << " unconfirmed";
        if (refused > 0) std::cout << "; " << refused << " refused by the broker";
        std::cout << "  (" << static_cast<std::uint64_t>(static_cast<double>(tally_.said) / age().count())
                  << "/s)" << std::endl;
        for (const auto& station : stations_) {
            const auto& trouble = station->connection().trouble();
            if (!trouble.empty()) std::cout << "  " << station->name() << ": " << trouble << std::endl;
        }
    }

    const Plan& plan_;
    Memory memory_;
    RecordWriter record_;
    Tally tally_;
    const core::Monotonic started_;
    std::vector<std::unique_ptr<Station>> stations_;
    std::vector<pollfd> sockets_;
    std::size_t turn_ = 0;
    std::uint64_t spoken_ = 0;  // against the rate
    core::Monotonic report_at_{};
};

}  // namespace

bool simulate(const Plan& plan) {
    listen_to_signals();
    return Factory{plan}.run();
}

}  // namespace quittance::factory
