// Exponential back-off with jitter: how long to wait before the next attempt.
#pragma once

#include <chrono>
#include <stop_token>

namespace core {

// Of consecutive failures.
class Backoff {
public:
    struct Config {
        std::chrono::milliseconds initial{100};
        std::chrono::milliseconds max{10'000};
    };
    explicit Backoff(Config config) : config_(config) {}

    // The wait after the next failure, between half and all of it.
    std::chrono::milliseconds next();
    // After a success.
    void reset() { failures_ = 0; }

private:
    Config config_;
    int failures_ = 0;
};

// `initial` after the first failed attempt, doubled with each further one up to `max`; no jitter.
std::chrono::milliseconds exponential_wait(const Backoff::Config& config, int failed_attempts);
// Between two percentages of a wait, at random: what failed together is not tried again together.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds wait, int min_percent, int max_percent);
// Returns early when a stop is requested.
void wait_for(const std::stop_token& stop, std::chrono::milliseconds time);

}  // namespace core
