// Threads that run blocking handlers, and the bounded queue before them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/route.hpp"
#include "telemetry/metrics.hpp"

namespace http {

// The metrics of a pool, of which one without a name is not exported, and the detail of its refusals.
struct WorkerPoolNames {
    struct Metric {
        const char* name = nullptr;
        const char* help = "";
    };
    Metric threads = {};
    Metric busy = {};
    Metric waiting = {};
    Metric refused = {};
    const char* too_many = "";
};

class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t max_waiting, telemetry::Metrics& metrics,
               const WorkerPoolNames& names);
    ~WorkerPool() { stop(); }

    // False when too many wait already; the task is then untouched.
    bool offer(std::function<void()>& task);
    // What is answered then: 503 with Retry-After.
    core::Error too_many() const;
    // `handler`, run here.
    AsyncHandler run(Handler handler);
    void stop();

private:
    void work();

    const std::size_t max_waiting_;
    const std::string too_many_;
    std::function<void(double)> count_refused_;
    std::mutex mutex_;
    std::condition_variable available_;
    std::deque<std::function<void()>> waiting_;
    std::size_t busy_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace http
