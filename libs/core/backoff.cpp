#include "core/backoff.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <random>

namespace core {

using std::chrono::milliseconds;

milliseconds Backoff::next() {
    constexpr int kEnough = 1000;  // the wait has long reached its maximum
    failures_ = std::min(failures_ + 1, kEnough);
    return with_jitter(exponential_wait(config_, failures_), 50, 100);
}

milliseconds exponential_wait(const Backoff::Config& config, int failed_attempts) {
    auto wait = config.initial;
    for (int i = 1; i < failed_attempts && wait < config.max; ++i) {
        if (wait <= milliseconds{0}) break;
        wait *= 2;
    }
    return std::min(wait, config.max);
}

milliseconds with_jitter(milliseconds wait, int min_percent, int max_percent) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto count = wait.count();
    std::uniform_int_distribution<std::int64_t> some{count * min_percent / 100, count * max_percent / 100};
    return milliseconds{some(random)};
}

void wait_for(const std::stop_token& stop, milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock{mutex};
    stopped.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace core
