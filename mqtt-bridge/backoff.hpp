// How long to wait before the next try, and waiting so that a stop ends it.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <stop_token>
#include <utility>

namespace mqtt_bridge {

// Doubles with each try. Between half and all of it, so that several bridges don't come back in step.
class Backoff {
public:
    struct Config {
        std::chrono::milliseconds first{100};
        std::chrono::milliseconds most{10'000};
    };
    explicit Backoff(Config config) : config_(config), next_(config.first) {}

    std::chrono::milliseconds next() {
        const auto whole = std::exchange(next_, std::min(next_ * 2, config_.most));
        std::uniform_int_distribution<std::int64_t> some{whole.count() / 2, whole.count()};
        return std::chrono::milliseconds{some(random_)};
    }
    void reset() { next_ = config_.first; }

private:
    Config config_;
    std::chrono::milliseconds next_;
    std::minstd_rand random_{std::random_device{}()};
};

inline void pause(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock{mutex};
    stopped.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace mqtt_bridge
