// The threads that run blocking handlers, and the bounded queue before them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "telemetry/metrics.hpp"

namespace http {

class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t max_waiting, telemetry::Metrics& metrics);
    ~WorkerPool() { stop(); }

    // False when too many wait already; the task is then untouched.
    bool offer(std::function<void()>& task);
    void stop();

private:
    void run();

    const std::size_t max_waiting_;
    std::function<void(double)> count_refused_;
    std::mutex mutex_;
    std::condition_variable available_;
    std::deque<std::function<void()>> waiting_;
    std::size_t busy_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace http
